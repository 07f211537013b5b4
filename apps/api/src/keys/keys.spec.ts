import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { until } from '../../../../test/support/until.js';
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
    // A day's worth of requests may be made within a minute.
    for (const rate_limit of ['2/s,10000/h', '3600/h', '100/d']) {
      const more = await create({ ...wanted, rate_limit }, by);
      expect(more.json<Problem>()).toMatchObject({ code: 'beyond_own_rights', errors: [{ field: 'rate_limit' }] });
    }
    expect((await create({ ...wanted, rate_limit: '60/min,100/d' }, by)).statusCode).toBe(201);
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

describe('the end of a key', () => {
  const END = new Date('2099-06-01T12:00:00Z');
  const ending = () => api.newKey({ tenantId: admin.tenantId, expiresAt: END });

  it('is that of the key that makes it, unless it is to end before', async () => {
    const by = await ending();
    expect((await create(WANTED, by)).json()).toMatchObject({ expires_at: END.toISOString(), created_by: by.id });
    expect((await create({ ...WANTED, expires_at: null }, by)).json()).toMatchObject({ expires_at: END.toISOString() });
    const sooner = await create({ ...WANTED, expires_at: '2099-06-01T11:59:59Z' }, by);
    expect(sooner.json()).toMatchObject({ expires_at: '2099-06-01T11:59:59.000Z' });
    const same = await create({ ...WANTED, expires_at: '2099-06-01T14:00:00+02:00' }, by);
    expect(same.json()).toMatchObject({ expires_at: END.toISOString() });
  });

  it.each(['2099-06-01T12:00:00.001Z', '2099-06-01T13:00:00Z', '2100-01-01T00:00:00Z'])(
    'is not %s, after that of the key that makes it',
    async (expires_at) => {
      const answer = await create({ ...WANTED, expires_at }, await ending());
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ errors: [{ field: 'expires_at' }] });
    },
  );

  it('is not put off by a grandchild', async () => {
    const child = (await create(WANTED, await ending())).json<CreatedKeyDto>();
    const by = { ...admin, headers: { authorization: `Bearer ${child.key}` } };
    expect(
      (await create({ ...WANTED, expires_at: '2100-01-01T00:00:00Z', scopes: ['keys:write'] }, by)).statusCode,
    ).toBe(403);
    const maker = (await create({ ...WANTED, scopes: ['keys:write'] }, await ending())).json<CreatedKeyDto>();
    const own = { ...admin, headers: { authorization: `Bearer ${maker.key}` } };
    const grandchild = await create({ ...WANTED, scopes: ['keys:write'] }, own);
    expect(grandchild.json()).toMatchObject({ expires_at: END.toISOString(), created_by: maker.id });
  });

  it('keeps it from making another, also one that ends in this moment', async () => {
    const by = await api.newKey({ tenantId: admin.tenantId });
    const keys = api.app.get(ApiKeyRepository);
    const { key: _, ...row } = newApiKey('live');
    const wanted = {
      name: 'late',
      mode: 'live',
      scopes: ['keys:read'],
      expiresAt: null,
      createdAt: new Date(),
      ...row,
    } as const;
    await keys.revoke(admin.tenantId, by.id, new Date());
    expect(await keys.createBy(admin.tenantId, by.id, { ...wanted, scopes: [...wanted.scopes] })).toBeNull();
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

  it('says how many go on that it made, and revokes them when asked to', async () => {
    const tenant = await api.newKey();
    const by = (made: CreatedKeyDto) => ({ ...tenant, headers: { authorization: `Bearer ${made.key}` } });
    const maker = { ...WANTED, scopes: ['keys:write'] };
    const child = (await create(maker, tenant)).json<CreatedKeyDto>();
    const grandchild = (await create(maker, by(child))).json<CreatedKeyDto>();
    const great = (await create(maker, by(grandchild))).json<CreatedKeyDto>();
    const sibling = (await create(maker, tenant)).json<CreatedKeyDto>();
    const revoke = (id: string, query = '') =>
      api.app.inject({ method: 'DELETE', url: `/v1/keys/${id}${query}`, headers: tenant.headers });

    expect((await revoke(grandchild.id)).headers['live-descendants']).toBe('1');
    const first = await revoke(child.id);
    expect([first.statusCode, first.headers['live-descendants']]).toEqual([204, '1']);
    expect((await create(maker, by(great))).statusCode).toBe(201);
    expect((await revoke(child.id, '?descendants=maybe')).statusCode).toBe(400);
    // The key between is revoked already: what it made is reached all the same.
    const all = await revoke(child.id, '?descendants=true');
    expect([all.statusCode, all.headers['live-descendants']]).toEqual([204, '0']);
    expect((await create(maker, by(great))).statusCode).toBe(401);
    expect((await create(maker, by(sibling))).statusCode).toBe(201);
  });

  it('finds those too that are being made this moment', async () => {
    const parent = await api.newKey();
    const keys = api.app.get(ApiKeyRepository);
    const { key: _, ...half } = newApiKey('live');
    const row = { name: 'late', mode: 'live' as const, scopes: [], expiresAt: null, createdAt: new Date(), ...half };
    const making = api.database.dataSource.createQueryRunner();
    await making.startTransaction();
    // As createBy does, but not committed yet.
    await making.query('SELECT FROM api_key WHERE id = $1 FOR SHARE', [parent.id]);
    await making.query(
      `INSERT INTO api_key (id, tenant_id, created_by, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, $3, 'x',
        'live', $4, $5, '{}')`,
      [newId(), parent.tenantId, parent.id, row.prefix, row.secretHash],
    );
    const revoked = keys
      .revoke(parent.tenantId, parent.id, new Date())
      .then(() => keys.revokeDescendants(parent.tenantId, parent.id, new Date()));
    await until(async () => {
      const waiting = await api.database.dataSource.query<object[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
          AND query ILIKE 'update "api_key"%'`,
      );
      return waiting.length > 0;
    });
    await making.commitTransaction();
    await making.release();
    expect(await revoked).toEqual([row.prefix]);
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
