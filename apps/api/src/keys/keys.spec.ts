import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { CreatedKeyDto, KeyPageDto } from './key.dto.js';

let api: TestApi;
let admin: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
  admin = await api.newKey();
});
afterAll(() => api.stop());

function create(body: object, by = admin) {
  return api.app.inject({ method: 'POST', url: '/v1/keys', headers: by.headers, payload: body });
}

function list(by: TestKey, query = '') {
  return api.app.inject({ method: 'GET', url: `/v1/keys${query}`, headers: by.headers });
}

const WANTED = { name: 'billing', scopes: ['messages:write'], mode: 'live' };

describe('POST /v1/keys', () => {
  it('answers the key once, and stores only its hash', async () => {
    const answer = await create(WANTED);
    expect(answer.statusCode).toBe(201);
    const created = answer.json<CreatedKeyDto>();
    expect(created).toMatchObject({ ...WANTED, revoked_at: null, last_used_at: null, expires_at: null });
    expect(created.key).toMatch(new RegExp(`^${created.prefix}_[0-9A-Za-z]{43}$`));

    const stored = await api.database.dataSource.query(`SELECT k::text FROM api_key k WHERE id = $1`, [created.id]);
    expect(JSON.stringify(stored)).not.toContain(created.key.slice(created.prefix.length + 1));
    expect((await list(admin)).body).not.toContain(created.key);
  });

  it('may give a key fewer requests than its own, and gives it no more', async () => {
    const few = (
      await create({ ...WANTED, scopes: ['keys:read', 'keys:write'], rate_limit: '60/min' })
    ).json<CreatedKeyDto>();
    expect(few.rate_limit).toBe('60/min');
    const by = { ...admin, headers: { authorization: `Bearer ${few.key}` } };
    const wanted = { ...WANTED, scopes: ['keys:read'] };
    expect((await create(wanted, by)).json<CreatedKeyDto>().rate_limit).toBe('60/min');
    expect((await create({ ...wanted, rate_limit: '1/s' }, by)).statusCode).toBe(201);
    const more = await create({ ...wanted, rate_limit: '2/s,10000/h' }, by);
    expect(more.json<Problem>()).toMatchObject({ code: 'beyond_own_rights', errors: [{ field: 'rate_limit' }] });
    expect((await create({ ...wanted, rate_limit: 'often' }, by)).json<Problem>()).toMatchObject({
      errors: [{ field: 'rate_limit', code: 'wrong_format' }],
    });
  });

  it('makes a key that can be read by its id, in its tenant', async () => {
    const { id, key, ...shown } = (await create(WANTED)).json<CreatedKeyDto>();
    const read = (by: TestKey) => api.app.inject({ url: `/v1/keys/${id}`, headers: by.headers });
    expect((await read(admin)).json()).toEqual({ id, ...shown });
    expect((await read(admin)).body).not.toContain(key);
    expect((await read(await api.newKey())).statusCode).toBe(404);
  });

  it('makes a key that opens what its scope says', async () => {
    const { key } = (await create({ ...WANTED, scopes: ['keys:read'] })).json<CreatedKeyDto>();
    const authorization = `Bearer ${key}`;
    expect((await api.app.inject({ url: '/v1/keys', headers: { authorization } })).statusCode).toBe(200);
  });

  it.each([
    ['name', { ...WANTED, name: '' }],
    ['scopes', { ...WANTED, scopes: [] }],
    ['scopes', { ...WANTED, scopes: ['everything'] }],
    ['scopes', { ...WANTED, scopes: 'messages:write' }],
    ['mode', { ...WANTED, mode: 'prod' }],
    ['expires_at', { ...WANTED, expires_at: '2020-01-01T00:00:00Z' }],
    ['expires_at', { ...WANTED, expires_at: 'tomorrow' }],
    ['tenantId', { ...WANTED, tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
  ])('refuses a wrong %s', async (field, body) => {
    const answer = await create(body);
    expect(answer.statusCode).toBe(400);
    const fields = answer.json<Problem>().errors?.map((error) => error.field);
    expect([...new Set(fields)]).toEqual([field]);
  });

  it('grants nothing the asking key has not itself', async () => {
    const limited = await api.newKey({ scopes: ['keys:write'], mode: 'test' });
    const wider = await create({ ...WANTED, mode: 'test', scopes: ['keys:write', 'messages:write'] }, limited);
    expect(wider.statusCode).toBe(400);
    expect(wider.body).toContain('messages:write');
    const live = await create({ ...WANTED, scopes: ['keys:write'], mode: 'live' }, limited);
    expect(live.statusCode).toBe(400);
    expect((await create({ ...WANTED, scopes: ['keys:write'], mode: 'test' }, limited)).statusCode).toBe(201);
  });
});

describe('GET /v1/keys', () => {
  it('pages through the tenant’s keys and nobody else’s, newest first', async () => {
    const own = await api.newKey();
    for (const name of ['a', 'b', 'c']) await create({ ...WANTED, name }, own);
    const first = (await list(own, '?limit=3')).json<KeyPageDto>();
    expect(first.data.map((key) => key.name)).toEqual(['c', 'b', 'a']);
    const second = (await list(own, `?limit=3&cursor=${first.next_cursor}`)).json<KeyPageDto>();
    expect(second).toMatchObject({ data: [{ name: 'test' }], next_cursor: null });
  });

  it.each(['?limit=0', '?limit=101', '?limit=x', '?cursor=x', '?page=2'])('refuses %s', async (query) => {
    expect((await list(admin, query)).statusCode).toBe(400);
  });
});

describe('DELETE /v1/keys/:id', () => {
  it('revokes at once, and again without harm', async () => {
    const victim = await api.newKey({ tenantId: admin.tenantId });
    const revoke = () => api.app.inject({ method: 'DELETE', url: `/v1/keys/${victim.id}`, headers: admin.headers });
    expect((await list(victim)).statusCode).toBe(200);
    expect((await revoke()).statusCode).toBe(204);
    expect((await list(victim)).statusCode).toBe(401);
    expect((await revoke()).statusCode).toBe(204);
  });

  it('finds no key of another tenant', async () => {
    const other = await api.newKey();
    const answer = await api.app.inject({ method: 'DELETE', url: `/v1/keys/${other.id}`, headers: admin.headers });
    expect(answer.statusCode).toBe(404);
    expect((await list(other)).statusCode).toBe(200);
  });

  it('refuses an id that is none', async () => {
    const answer = await api.app.inject({ method: 'DELETE', url: '/v1/keys/1', headers: admin.headers });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ field: 'id' }] });
  });
});
