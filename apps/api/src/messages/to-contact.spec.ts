import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { BatchDto } from './acceptance.dto.js';

const PHONE = '+33612345678';
const SENDERS = { sms: 'MyShop', whatsapp: '+15550001234', push: 'com.example.shop', voice: '+33698765432' };
const CONTENT: Record<Channel, object> = {
  email: { subject: 'Hi', text: 'Hello' },
  sms: { text: 'Hello' },
  whatsapp: { text: 'Hello' },
  push: { text: 'Hello' },
  voice: { audio: 'a1b2c3' },
};

describe('a message to a contact', () => {
  let api: TestApi;
  let key: TestKey;
  let ann: string;

  beforeAll(async () => {
    api = await TestApi.start({ CHANNELS: CHANNELS.join(',') });
    key = await api.newKey();
    for (const [channel, address] of Object.entries(SENDERS)) await post('/v1/senders', { channel, address });
    await api.database.dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at)
       VALUES ($1, $2, 'email', 'shop@example.com', 'verified', now())`,
      [newId(), key.tenantId],
    );
    const contact = { external_id: 'customer-17', email: 'Ann@example.org', phone: PHONE };
    ann = (await post('/v1/contacts', contact)).json<{ id: string }>().id;
    for (const token of ['old-token', 'new-token'])
      await post(`/v1/contacts/${ann}/devices`, { provider: 'fcm', token });
  });
  afterAll(() => api.stop());

  function post(url: string, payload: object, by = key) {
    return api.app.inject({ method: 'POST', url, headers: by.headers, payload });
  }

  function message(channel: Channel, more: object) {
    const senders: Record<Channel, string> = { email: 'shop@example.com', ...SENDERS };
    return { channel, sender: senders[channel], ...CONTENT[channel], ...more };
  }

  it.each<[Channel, string]>([
    ['email', 'ann@example.org'],
    ['sms', PHONE],
    ['whatsapp', PHONE],
    ['voice', PHONE],
    ['push', 'new-token'],
  ])('by %s goes to %s, by the contact’s id or external id', async (channel, recipient) => {
    for (const name of [ann, ann.toUpperCase(), 'customer-17']) {
      const answer = await post('/v1/messages', message(channel, { to_contact: name }));
      expect(answer.statusCode, answer.body).toBe(202);
      const shown = await api.app.inject({
        url: `/v1/messages/${answer.json<{ id: string }>().id}`,
        headers: key.headers,
      });
      expect(shown.json()).toMatchObject({ to: recipient });
    }
  });

  it('stands beside others in a batch', async () => {
    const messages = [
      message('sms', { to: PHONE }),
      message('email', { to_contact: 'customer-17' }),
      message('email', { to_contact: 'nobody' }),
      message('email', { to_contact: 'customer-17', sender: 'nobody@example.com' }),
    ];
    const { results } = (await post('/v1/messages/batch', { messages })).json<BatchDto>();
    expect(results.map(({ status }) => status)).toEqual([202, 202, 400, 400]);
    expect(results[3]?.errors?.map(({ field }) => field)).toEqual(['sender']);
  });

  it('prefers the contact whose id it is to one that is called so', async () => {
    await post('/v1/contacts', { external_id: ann, email: 'other@example.org' });
    const answer = await post('/v1/messages', message('email', { to_contact: ann }));
    const [row] = await api.database.dataSource.query<[object]>(`SELECT recipient FROM message WHERE id = $1`, [
      answer.json<{ id: string }>().id,
    ]);
    expect(row).toEqual({ recipient: 'ann@example.org' });
  });

  it('is as if the other was left out when that is null', async () => {
    const answer = await post('/v1/messages', message('email', { to: null, to_contact: 'customer-17' }));
    expect(answer.statusCode).toBe(202);
  });

  it.each<[string, object]>([
    ['to_contact', message('email', { to_contact: 'nobody' })],
    ['to_contact', message('email', { to_contact: newId() })],
    ['to_contact', message('email', { to_contact: 'customer-17', to: 'ann@example.org' })],
    ['to_contact', message('email', { to_contact: '' })],
    ['to', message('email', { to_contact: null })],
    ['to', message('email', {})],
  ])('is refused for its %s: %#', async (field, body) => {
    const answer = await post('/v1/messages', body);
    expect(answer.statusCode).toBe(400);
    expect([...new Set(answer.json<Problem>().errors?.map((error) => error.field))]).toEqual([field]);
  });

  it('is refused where the contact cannot be reached', async () => {
    await post('/v1/contacts', { external_id: 'hermit' });
    for (const channel of CHANNELS) {
      const answer = await post('/v1/messages', message(channel, { to_contact: 'hermit' }));
      expect(answer.json<Problem>().errors).toEqual([
        { field: 'to_contact', message: `has no address for ${channel}`, code: 'contact_without_address' },
      ]);
    }
  });

  it('is refused for a contact of another tenant', async () => {
    const stranger = await api.newKey();
    await post('/v1/senders', { channel: 'sms', address: SENDERS.sms }, stranger);
    for (const name of [ann, 'customer-17']) {
      const answer = await post('/v1/messages', message('sms', { to_contact: name }), stranger);
      expect(answer.json<Problem>().errors?.map(({ field }) => field)).toEqual(['to_contact']);
    }
  });

  it('keeps its address when the contact changes, and so does a repeat of it', async () => {
    const { id } = (await post('/v1/contacts', { email: 'before@example.org' })).json<{ id: string }>();
    const send = () =>
      api.app.inject({
        method: 'POST',
        url: '/v1/messages',
        headers: { ...key.headers, 'idempotency-key': 'once' },
        payload: message('email', { to_contact: id }),
      });
    const first = (await send()).json<{ id: string }>();
    const change = { method: 'PATCH' as const, url: `/v1/contacts/${id}`, headers: key.headers };
    await api.app.inject({ ...change, payload: { email: 'after@example.org' } });
    expect((await send()).json()).toMatchObject({ id: first.id });
    const shown = await api.app.inject({ url: `/v1/messages/${first.id}`, headers: key.headers });
    expect(shown.json()).toMatchObject({ to: 'before@example.org' });
  });
});
