import { IdempotencyRepository } from '@outbell/persistence/repositories/idempotency.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import type { Problem } from './problem.js';

let api: TestApi;
let tenant: TenantFactory;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: 'email,sms,push', OUTBOUND_ALLOW: '127.0.0.0/8' });
  tenant = await TenantFactory.create(api.database.dataSource);
  key = await api.newKey({ tenantId: tenant.tenantId });
});
afterAll(() => api.stop());

const SMTP = { host: '127.0.0.1', port: 9, security: 'none', username: 'canary', password: 'canary' };

/** Each creates something. */
const CREATES: [string, object, string][] = [
  ['/v1/contacts', { email: 'ann@example.org', attributes: { plan: 'pro' } }, 'contact'],
  ['/v1/templates', { name: 'hello', channel: 'email', locale: 'en', subject: 'x', text: 'x' }, 'template'],
  ['/v1/senders', { channel: 'sms', address: 'MyShop' }, 'sender'],
  ['/v1/connections', { channel: 'email', provider: 'smtp', name: 'own', credentials: SMTP }, 'connection'],
  ['/v1/suppressions', { channel: 'email', address: 'no@example.org', reason: 'manual' }, 'suppression'],
  ['/v1/whatsapp-sessions', { name: 'shop', pair_by: 'qr' }, 'whatsapp_session'],
];

function post(url: string, body: object, idempotencyKey?: string, headers: Record<string, string> = key.headers) {
  const all = { ...headers, ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }) };
  return api.app.inject({ method: 'POST', url, headers: all, payload: body });
}

async function count(table: string): Promise<number> {
  const sql = `SELECT count(*)::int AS count FROM ${table} WHERE tenant_id = $1`;
  const [row] = await api.database.dataSource.query<[{ count: number }]>(sql, [tenant.tenantId]);
  return row.count;
}

/** What a process does that dies when it has made something. */
function dieBeforeTheAnswer(): { mockRestore(): void }[] {
  const repository = api.app.get(IdempotencyRepository);
  const gone = () => new Promise<never>(() => undefined);
  return [vi.spyOn(repository, 'answer').mockImplementationOnce(gone)];
}

describe('an Idempotency-Key', () => {
  it.each(CREATES)('of POST %s makes one of 200 at once, and refuses another body', async (url, body, table) => {
    const before = await count(table);
    const answers = await Promise.all(Array.from({ length: 200 }, () => post(url, body, url)));
    expect(new Set(answers.map(({ statusCode, body: text }) => `${statusCode} ${text}`)).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(201);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(answers.length - 1);
    expect(await count(table)).toBe(before + 1);
    const other = await post(url, { ...body, name: 'another' }, url);
    expect(other.statusCode).toBe(422);
    expect(other.json<Problem>().code).toBe('idempotency_key_reused');
  });

  it.each(CREATES)('of POST %s makes one though a process died before it answered', async (url, body, table) => {
    const wanted = {
      ...body,
      ...('name' in body && { name: 'again' }),
      ...('address' in body && { address: again(body) }),
    };
    const before = await count(table);
    const spies = dieBeforeTheAnswer();
    post(url, wanted, `${url}/dead`).catch(() => undefined);
    await vi.waitUntil(async () => (await count(table)) === before + 1, { timeout: 15_000 });
    for (const spy of spies) spy.mockRestore();
    await api.database.dataSource.query(
      `UPDATE idempotency SET held_until = now() - interval '1 s' WHERE held_until IS NOT NULL`,
    );
    const answer = await post(url, wanted, `${url}/dead`);
    expect([answer.statusCode, await count(table)]).toEqual([201, before + 1]);
    const repeat = await post(url, wanted, `${url}/dead`);
    expect(repeat.body).toBe(answer.body);
  });

  it('of what hangs on another is of that alone', async () => {
    const template = (await post('/v1/templates', { name: 'two', channel: 'sms', locale: 'en', text: 'x' })).json<{
      id: string;
    }>();
    const url = `/v1/templates/${template.id}/versions`;
    const [first, repeat] = [await post(url, { text: 'y' }, 'v2'), await post(url, { text: 'y' }, 'v2')];
    expect(repeat.json()).toEqual(first.json());
    expect(first.json()).toMatchObject({ version: 2 });
    expect((await post(`/v1/templates/${newId()}/versions`, { text: 'y' }, 'v2')).statusCode).toBe(422);
    const contact = (await post('/v1/contacts', {})).json<{ id: string }>();
    const device = { provider: 'fcm', token: 'x'.repeat(100) };
    const seen = await post(`/v1/contacts/${contact.id}/devices`, device, 'device');
    expect((await post(`/v1/contacts/${contact.id}/devices`, device, 'device')).body).toBe(seen.body);
  });

  it('takes null for what is left out', async () => {
    const first = await post('/v1/contacts', { email: 'bo@example.org' }, 'null');
    expect((await post('/v1/contacts', { email: 'bo@example.org', phone: null }, 'null')).body).toBe(first.body);
  });

  it('takes null for what is left out, and for a value in JSON of the tenant’s own', async () => {
    const messages = [{ channel: 'sms' }];
    const first = await post('/v1/messages/batch', { messages }, 'nulls');
    const repeat = { messages: [{ channel: 'sms', html: null, template: null }] };
    expect((await post('/v1/messages/batch', repeat, 'nulls')).body).toBe(first.body);
    const { username: _, password: __, ...smtp } = SMTP;
    const connection = { channel: 'email', provider: 'smtp', name: 'nulls', credentials: smtp };
    const made = await post('/v1/connections', connection, 'nulls-of-credentials');
    const again = { ...connection, credentials: { ...smtp, username: null, password: null } };
    expect((await post('/v1/connections', again, 'nulls-of-credentials')).body).toBe(made.body);
    expect((await post('/v1/contacts', { attributes: { a: null } }, 'nulls-of-json')).statusCode).toBe(201);
    expect((await post('/v1/contacts', { attributes: {} }, 'nulls-of-json')).statusCode).toBe(422);
  });

  it('is free again when its request was refused', async () => {
    expect((await post('/v1/contacts', { email: 'nobody' }, 'refused')).statusCode).toBe(400);
    expect((await post('/v1/contacts', { email: 'eve@example.org' }, 'refused')).statusCode).toBe(201);
  });

  it('means nothing to another tenant, nor to test mode', async () => {
    const body = { email: 'cy@example.org' };
    const { id } = (await post('/v1/contacts', body, 'mine')).json<{ id: string }>();
    const answer = await post('/v1/contacts', body, 'mine', (await api.newKey()).headers);
    expect(answer.statusCode).toBe(201);
    expect(answer.json<{ id: string }>().id).not.toBe(id);
    const test = await api.newKey({ tenantId: tenant.tenantId, mode: 'test' });
    expect((await post('/v1/contacts', body, 'mine', test.headers)).statusCode).toBe(403);
    const template = { name: 'mine', channel: 'sms', locale: 'en', text: 'x' };
    const url = `/v1/templates/${(await post('/v1/templates', template)).json<{ id: string }>().id}/preview`;
    expect((await post(url, { version: 1 }, 'both')).statusCode).toBe(200);
    expect((await post(url, { version: 1 }, 'both', test.headers)).headers).not.toHaveProperty('idempotent-replayed');
  });

  it('gives the answer of the first, whatever became of it, and keeps it sealed', async () => {
    const first = await post('/v1/contacts', { email: 'canary@example.org' }, 'kept');
    await api.app.inject({
      method: 'DELETE',
      url: `/v1/contacts/${first.json<{ id: string }>().id}`,
      headers: key.headers,
    });
    expect((await post('/v1/contacts', { email: 'canary@example.org' }, 'kept')).body).toBe(first.body);
    const rows = await api.database.dataSource.query<{ row: string }[]>(
      `SELECT encode(sealed_data, 'escape') AS row FROM idempotency`,
    );
    expect(JSON.stringify(rows)).not.toContain('canary');
  });

  it('is refused where what is made is shown once', async () => {
    const answer = await post('/v1/keys', { name: 'x', mode: 'live', scopes: ['keys:read'] }, 'key');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'idempotency_key_refused', errors: [{ field: 'Idempotency-Key' }] });
  });

  it('is taken or refused by every POST under /v1: never ignored', async () => {
    const { paths } = (await api.app.inject({ url: '/docs-json' })).json<{ paths: Record<string, object> }>();
    const posts = Object.entries(paths).filter(([path, methods]) => path.startsWith('/v1/') && 'post' in methods);
    expect(posts.length).toBeGreaterThan(15);
    for (const [path] of posts) {
      const answer = await post(path.replace(/\{\w+\}/g, newId()), {}, 'not valid');
      expect.soft([path, answer.json<Problem>().errors?.[0]?.field]).toEqual([path, 'Idempotency-Key']);
    }
  });
});

function again(body: object): string {
  return 'reason' in body ? 'again@example.org' : 'Again';
}
