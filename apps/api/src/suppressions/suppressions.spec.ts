import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { HoldingSuppressionDto, SuppressionDto, SuppressionPageDto } from './suppression.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const ANN = { channel: 'email', address: 'Ann@Bücher.example' };

function add(payload: object, by = key) {
  return api.app.inject({ method: 'POST', url: '/v1/suppressions', headers: by.headers, payload });
}
async function list(query = '', by = key): Promise<SuppressionDto[]> {
  const answer = await api.app.inject({ url: `/v1/suppressions${query}`, headers: by.headers });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<SuppressionPageDto>().data;
}
function remove(id: string, by = key) {
  return api.app.inject({ method: 'DELETE', url: `/v1/suppressions/${id}`, headers: by.headers });
}

describe('suppressions', () => {
  it('hold for an address however it is written, and keep their first reason', async () => {
    key = await api.newKey();
    const first = await add({ ...ANN, reason: 'complaint' });
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({
      address: 'ann@xn--bcher-kva.example',
      reason: 'complaint',
      evidence: { key_prefix: key.prefix },
    });
    const again = await add({ channel: 'email', address: 'ANN@xn--bcher-kva.example' });
    expect(again.json()).toEqual(first.json());
    expect(await list()).toHaveLength(1);
  });

  it('are found by channel and address', async () => {
    key = await api.newKey();
    await add(ANN);
    await add({ channel: 'sms', address: '+33612345678' });
    expect(await list('?channel=sms')).toMatchObject([{ address: '+33612345678', reason: 'manual' }]);
    expect(await list('?channel=email&address=ann%40b%C3%BCcher.example')).toHaveLength(1);
    expect(await list('?channel=email&address=bob%40example.com')).toEqual([]);
  });

  it('can be removed once', async () => {
    key = await api.newKey();
    const { id } = (await add(ANN)).json<SuppressionDto>();
    expect((await remove(id)).statusCode).toBe(204);
    expect((await remove(id)).statusCode).toBe(404);
    expect(await list()).toEqual([]);
  });

  it('have a scope: by their reason, or as it is asked for, and several for an address', async () => {
    key = await api.newKey();
    const scoped = async (more: object) => (await add({ ...ANN, ...more })).json<SuppressionDto>();
    expect(await scoped({ reason: 'unsubscribe' })).toMatchObject({ scope: 'bulk', topic: null, in_flight: 0 });
    expect(await scoped({ reason: 'bounce' })).toMatchObject({ scope: 'all', topic: null });
    expect(await scoped({ reason: 'unsubscribe', topic: 'offers' })).toMatchObject({ scope: 'topic', topic: 'offers' });
    expect(await scoped({ reason: 'unsubscribe', scope: 'all' })).toMatchObject({ scope: 'all', reason: 'bounce' });
    expect((await list()).map(({ scope, topic }) => [scope, topic])).toEqual([
      ['topic', 'offers'],
      ['all', null],
      ['bulk', null],
    ]);
  });

  it.each([
    ['scope', { ...ANN, scope: 'everything' }],
    ['topic', { ...ANN, scope: 'topic' }],
    ['topic', { ...ANN, scope: 'bulk', topic: 'offers' }],
    ['topic', { ...ANN, topic: '' }],
    ['topic', { ...ANN, topic: 'offers ' }],
    ['topic', { ...ANN, topic: 'of\u0000fers' }],
    ['channel', { ...ANN, channel: 'fax' }],
    ['address', { ...ANN, address: 'ann' }],
    ['address', { ...ANN, address: 'a@example.com,b@example.com' }],
    ['address', { ...ANN, channel: 'sms' }],
    ['address', { channel: 'email' }],
    ['address', { ...ANN, address: ['ann@example.com'] }],
    ['reason', { ...ANN, reason: 'because' }],
    ['tenantId', { ...ANN, tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
    ['evidence', { ...ANN, evidence: {} }],
  ])('refuse a wrong %s: %j', async (field, body) => {
    key = await api.newKey();
    const answer = await add(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<Problem>().errors?.[0]?.field).toBe(field);
    expect(await list()).toEqual([]);
  });

  it.each(['?address=ann%40example.com', '?channel=fax', '?channel=email&address=x', '?reason=manual'])(
    'refuse the filter %s',
    async (query) => {
      key = await api.newKey();
      const answer = await api.app.inject({ url: `/v1/suppressions${query}`, headers: key.headers });
      expect(answer.statusCode).toBe(400);
    },
  );

  it('can be read by their id, in their tenant', async () => {
    key = await api.newKey();
    const { in_flight: _, ...suppression } = (await add(ANN)).json<HoldingSuppressionDto>();
    const read = (by: TestKey) => api.app.inject({ url: `/v1/suppressions/${suppression.id}`, headers: by.headers });
    expect((await read(key)).json()).toEqual(suppression);
    expect((await read(await api.newKey())).statusCode).toBe(404);
  });

  it('of another tenant are neither seen nor removed', async () => {
    key = await api.newKey();
    const other = await api.newKey();
    const { id } = (await add(ANN)).json<SuppressionDto>();
    expect((await remove(id, other)).statusCode).toBe(404);
    expect(await list('', other)).toEqual([]);
    expect(await list('?channel=email&address=ann%40b%C3%BCcher.example', other)).toEqual([]);
    expect(await list(`?cursor=ffffffff-ffff-7fff-bfff-ffffffffffff`, other)).toEqual([]);
    expect((await add(ANN, other)).statusCode).toBe(201);
    expect(await list()).toMatchObject([{ id }]);
  });

  it('ask for the scope of the verb', async () => {
    const reader = await api.newKey({ scopes: ['suppressions:read'] });
    expect((await add(ANN, reader)).statusCode).toBe(403);
  });
});
