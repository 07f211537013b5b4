import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { fieldsOf, senderSteps, SHOP } from '../../../../test/support/sender-steps.js';
import type { SenderDto, SenderPageDto } from './sender.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: 'email,sms,whatsapp,push,voice' });
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

const { post, patch, get, sent, lastCode, made, verified } = senderSteps(() => ({ api, key }));

describe('POST /v1/senders', () => {
  it('makes a pending sender and sends a code to its address', async () => {
    const answer = await post('', SHOP);
    expect(answer.statusCode).toBe(201);
    const sender = answer.json<SenderDto>();
    expect(sender).toMatchObject({
      address: 'shop@example.com',
      name: 'Example Shop',
      status: 'pending',
      verified_at: null,
    });
    const [message] = await sent();
    expect(message).toMatchObject({ mode: 'live', priority: 1, recipient: 'shop@example.com', senderId: sender.id });
    expect(message?.code).toMatch(/^\d{6}$/);
  });

  it('shows the code to nobody but the recipient, and stores no more than its hash', async () => {
    const { id } = await made();
    const code = await lastCode();
    const [row] = await api.database.dataSource.query<{ row: string }[]>(
      `SELECT s::text AS row FROM sender s WHERE id = $1`,
      [id],
    );
    expect(row?.row).not.toContain(code);
    expect((await get(`/${id}`)).body).not.toContain(code);
    const messages = await api.app.inject({ url: '/v1/messages', headers: key.headers });
    expect(messages.json<{ data: object[] }>().data).toHaveLength(1);
    expect(messages.body).not.toContain(code);
  });

  it('refuses a second one, however its address is written', async () => {
    await made();
    const again = await post('', { ...SHOP, address: 'SHOP@example.COM' });
    expect(again.statusCode).toBe(409);
    expect(await sent()).toHaveLength(1);
  });

  it.each([
    ['channel', { channel: 'fax' }],
    ['address', { address: 'shop' }],
    ['address', { address: 'shop@example.com\r\nBcc: x@example.com' }],
    ['address', { address: 'Shop <shop@example.com>' }],
    ['name', { name: '' }],
    ['name', { name: ' Shop' }],
    ['name', { name: 'Shop\r\nBcc: x@example.com' }],
    ['name', { name: 'boss@bank.example' }],
    ['name', { name: 'Shop <boss@bank.example>' }],
    ['name', { name: 'S\u202ehop' }],
    ['name', { name: 'x'.repeat(101) }],
    ['status', { status: 'verified' }],
    ['tenantId', { tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
  ])('refuses a wrong %s: %j, and leaves nothing behind', async (field, changes) => {
    const answer = await post('', { ...SHOP, ...changes });
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer)).toEqual([field]);
    expect((await get('')).json<SenderPageDto>().data).toEqual([]);
    expect(await sent()).toEqual([]);
  });
});

describe('a sender of another channel', () => {
  it.each([
    ['sms', 'MyShop'],
    ['sms', '+15005550006'],
    ['whatsapp', '+15550001234'],
    ['push', 'com.example.shop'],
    ['voice', '+33612345678'],
  ])('of %s, %s, is verified when made: nothing is sent to it', async (channel, address) => {
    const answer = await post('', { channel, address });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ address, status: 'verified', verified_at: expect.any(String) as string });
    expect(await sent()).toEqual([]);
    const again = await post('', { channel, address });
    expect([again.statusCode, fieldsOf(again)]).toEqual([409, ['address']]);
  });

  it.each([
    ['sms', 'My.Shop'],
    ['sms', '12'],
    ['sms', ''],
    ['whatsapp', 'MyShop'],
    ['push', 'My App'],
    ['voice', '0612345678'],
    ['email', 'MyShop'],
  ])('of %s may not be called %j', async (channel, address) => {
    const answer = await post('', { channel, address });
    expect([answer.statusCode, fieldsOf(answer)]).toEqual([400, ['address']]);
    expect((await get('')).json<SenderPageDto>().data).toEqual([]);
  });

  it('is found by its name as it is spelled, and can be paused', async () => {
    const { id } = (await post('', { channel: 'sms', address: 'MyShop' })).json<SenderDto>();
    const message = { channel: 'sms', to: '+33612345678', text: 'x' };
    const send = (sender: string) =>
      api.app.inject({ method: 'POST', url: '/v1/messages', headers: key.headers, payload: { ...message, sender } });
    expect((await send('MyShop')).statusCode).toBe(202);
    expect(fieldsOf(await send('MYSHOP'))).toEqual(['sender']);
    expect((await patch(id, { status: 'paused' })).json()).toMatchObject({ status: 'paused', in_flight: 0 });
    expect((await patch(id, { name: null })).json()).not.toHaveProperty('in_flight');
    expect((await patch(id, { status: 'verified' })).json()).toMatchObject({ status: 'verified' });
  });

  it('asks for a channel that is delivered here', async () => {
    const emailOnly = await TestApi.start();
    const { headers } = await emailOnly.newKey();
    const payload = { channel: 'sms', address: 'MyShop' };
    const answer = await emailOnly.app.inject({ method: 'POST', url: '/v1/senders', headers, payload });
    expect([answer.statusCode, fieldsOf(answer)]).toEqual([400, ['channel']]);
    await emailOnly.stop();
  });
});

describe('PATCH /v1/senders/:id', () => {
  it('pauses and lets go on, renames and limits', async () => {
    const { id } = await verified();
    expect((await patch(id, { status: 'paused' })).json()).toMatchObject({
      status: 'paused',
      status_reason: 'paused_by_tenant',
    });
    expect((await patch(id, { status: 'verified' })).json()).toMatchObject({ status: 'verified', status_reason: null });
    expect((await patch(id, { name: null, rate_limits: '20/min,1000/h' })).json()).toMatchObject({
      name: null,
      rate_limits: '20/min,1000/h',
      status: 'verified',
    });
    expect((await patch(id, { rate_limits: '' })).json()).toMatchObject({ rate_limits: '' });
    expect((await patch(id, {})).statusCode).toBe(200);
  });

  it.each(['verified', 'paused'])('does not make a pending sender %s', async (status) => {
    const { id } = await made();
    expect((await patch(id, { status })).statusCode).toBe(409);
    expect((await get(`/${id}`)).json()).toMatchObject({ status: 'pending' });
  });

  it.each([
    ['status', { status: 'pending' }],
    ['rate_limits', { rate_limits: '20 per minute' }],
    ['rate_limits', { rate_limits: '20/min,10/min' }],
    ['name', { name: 'a@b.example' }],
    ['address', { address: 'new@example.com' }],
    ['verified_at', { verified_at: '2026-01-01T00:00:00Z' }],
    ['tenantId', { tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
  ])('refuses a wrong %s: %j', async (field, body) => {
    const { id } = await verified();
    const answer = await patch(id, body);
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer)).toEqual([field]);
  });
});

describe('GET /v1/senders', () => {
  it('filters by status and channel', async () => {
    const { id } = await verified();
    await post('', { ...SHOP, address: 'b@example.com' });
    const data = (await get('?status=verified&channel=email')).json<SenderPageDto>().data;
    expect(data).toMatchObject([{ id }]);
    expect((await get('?status=unknown')).statusCode).toBe(400);
  });
});

describe('another tenant', () => {
  it('finds nothing by any route, nor may it send as that sender', async () => {
    const { id } = await verified();
    const other = await api.newKey();
    const answers = await Promise.all([
      get(`/${id}`, other),
      patch(id, { status: 'paused' }, other),
      post(`/${id}/verify`, { code: '000000' }, other),
      post(`/${id}/resend-code`, undefined, other),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
    expect((await get('', other)).json<SenderPageDto>().data).toEqual([]);
    for (const sender of [id, 'shop@example.com']) {
      const payload = { channel: 'email', to: 'ann@example.com', sender, subject: 'x', text: 'x' };
      const answer = await api.app.inject({ method: 'POST', url: '/v1/messages', headers: other.headers, payload });
      expect(answer.statusCode).toBe(400);
      expect(fieldsOf(answer)).toEqual(['sender']);
    }
    expect((await get(`/${id}`)).json()).toMatchObject({ status: 'verified' });
  });

  it('may have a sender of the same address', async () => {
    await made();
    expect((await post('', SHOP, await api.newKey())).statusCode).toBe(201);
  });
});

it('asks for the scope of the verb', async () => {
  const reader = await api.newKey({ scopes: ['senders:read'] });
  expect((await post('', SHOP, reader)).statusCode).toBe(403);
  expect((await get('', await api.newKey({ scopes: ['senders:write'] }))).statusCode).toBe(403);
});

describe('DELETE /v1/senders/:id', () => {
  const archive = (id: string, by = key) =>
    api.app.inject({ method: 'DELETE', url: `/v1/senders/${id}`, headers: by.headers });
  const send = (sender: string) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/messages',
      headers: key.headers,
      payload: { channel: 'sms', to: '+33612345678', sender, text: 'x' },
    });

  it('archives it: no new message can use it, those before go on, and its address is free', async () => {
    const sms = { channel: 'sms', address: 'MyShop' };
    const { id } = (await post('', sms)).json<SenderDto>();
    const before = (await send('MyShop')).json<{ id: string }>().id;
    expect((await archive(id)).statusCode).toBe(204);
    expect((await archive(id)).statusCode).toBe(204);
    for (const name of ['MyShop', id]) {
      expect((await send(name)).json()).toMatchObject({ status: 400, code: 'unknown_sender' });
    }
    const message = await api.app.inject({ url: `/v1/messages/${before}`, headers: key.headers });
    expect(message.json()).toMatchObject({ status: 'queued', sender_id: id });
    expect((await patch(id, { status: 'paused' })).json()).toMatchObject({ status: 409, code: 'archived' });
    expect((await get('')).json<SenderPageDto>().data).toEqual([]);
    expect((await get('?archived=true')).json<SenderPageDto>().data).toMatchObject([{ id }]);
    expect((await post('', sms)).statusCode).toBe(201);
    expect((await send('MyShop')).statusCode).toBe(202);
  });

  it('verifies an address anew after it was archived', async () => {
    const { id } = await verified();
    await archive(id);
    expect((await made()).status).toBe('pending');
  });

  it('knows none of another tenant', async () => {
    const { id } = await made();
    expect((await archive(id, await api.newKey())).statusCode).toBe(404);
  });
});
