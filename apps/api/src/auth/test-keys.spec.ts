import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import type { KeyPageDto } from '../keys/key.dto.js';
import type { MessagePageDto } from '../messages/message.dto.js';
import type { Problem } from '../http/problem.js';

/** What a test key may call; every other route is closed to it, also one that is added. */
const OPEN = [
  'get /v1/connections',
  'get /v1/connections/{id}',
  'get /v1/keys',
  'get /v1/keys/{id}',
  'post /v1/keys',
  'delete /v1/keys/{id}',
  'get /v1/messages',
  'post /v1/messages',
  'post /v1/messages/batch',
  'get /v1/messages/{id}',
  'post /v1/messages/{id}/cancel',
  'get /v1/messages/{id}/explain',
  'post /v1/messages/{id}/retry',
  'get /v1/senders',
  'get /v1/senders/{id}',
  'get /v1/templates',
  'get /v1/templates/{id}',
  'post /v1/templates/{id}/preview',
  'get /v1/templates/{id}/versions',
  'get /v1/tenant',
  'get /v1/whatsapp-sessions',
  'get /v1/whatsapp-sessions/{id}',
];

/** All that a request could change. */
const TABLES = [
  ...[
    'api_key',
    'delivery_event',
    'connection',
    'contact',
    'contact_device',
    'message',
    'message_event',
    'message_schedule',
  ],
  ...['sender', 'suppression', 'template', 'template_version', 'tenant', 'tenant_event', 'whatsapp_session'],
];

let api: TestApi;
let live: TestKey;
let test: TestKey;
let tenant: TenantFactory;

beforeAll(async () => {
  api = await TestApi.start();
  tenant = await TenantFactory.create(api.database.dataSource);
  live = await api.newKey({ tenantId: tenant.tenantId });
  test = await api.newKey({ tenantId: tenant.tenantId, mode: 'test' });
});
afterAll(() => api.stop());

function ask(method: string, url: string, payload?: object, by = test) {
  return api.app.inject({ method: method as 'GET', url, headers: by.headers, ...(payload && { payload }) });
}

async function snapshot(): Promise<unknown> {
  const tables = TABLES.map((table) => {
    const columns = table === 'api_key' ? `to_jsonb(t) - 'last_used_at'` : 'to_jsonb(t)';
    return api.database.dataSource.query(`SELECT ${columns} AS row FROM ${table} t ORDER BY 1`);
  });
  return Promise.all(tables);
}

async function routes(): Promise<string[]> {
  const { paths } = (await api.app.inject({ url: '/docs-json' })).json<{ paths: Record<string, object> }>();
  const all = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((name) => `${name} ${path}`));
  return all.filter((route) => route.includes(' /v1/'));
}

describe('a test key', () => {
  it('is refused on every route whose effect or sight is live, whatever is asked there', async () => {
    const before = await snapshot();
    const open: string[] = [];
    for (const route of await routes()) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await ask(
        method.toUpperCase(),
        path.replace(/\{\w+\}/g, newId()),
        method === 'get' ? undefined : {},
      );
      if (answer.statusCode !== 403) open.push(route);
      else expect(answer.json(), route).toMatchObject({ code: 'test_key_not_allowed', status: 403 });
    }
    expect(open.sort()).toEqual([...OPEN].sort());
    expect(await snapshot()).toEqual(before);
  });

  it('makes test messages that it sees and changes, and sees no live one', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    const message = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'x', text: 'x' };
    const own = (
      await ask('POST', '/v1/messages', { ...message, scheduled_at: new Date(Date.now() + 3_600_000) })
    ).json();
    const batch = await ask('POST', '/v1/messages/batch', { messages: [message] });
    expect(batch.json()).toMatchObject({ results: [{ status: 202 }] });
    const listed = (by: TestKey) =>
      ask('GET', '/v1/messages', undefined, by).then((a) => a.json<MessagePageDto>().data);
    expect(new Set((await listed(test)).map(({ mode }) => mode))).toEqual(new Set(['test']));
    expect((await listed(test)).map((each) => each.id)).toContain(own.id);
    const asksForLive = await ask('GET', '/v1/messages?mode=live');
    expect([asksForLive.statusCode, asksForLive.json<Problem>().code]).toEqual([403, 'test_key_not_allowed']);
    expect((await listed(live)).map((each) => each.id)).toEqual(expect.arrayContaining([id, own.id]));
    expect((await ask('GET', `/v1/messages/${own.id}`)).statusCode).toBe(200);
    expect((await ask('GET', `/v1/messages/${own.id}/explain`)).statusCode).toBe(200);
    expect((await ask('POST', `/v1/messages/${own.id}/cancel`)).statusCode).toBe(200);
  });

  it('does not read a contact’s address by writing to it, alone or in a batch', async () => {
    const wanted = { channel: 'email', to_contact: 'ann', sender: 'shop@example.com', subject: 'x', text: 'x' };
    const errors = [expect.objectContaining({ field: 'to_contact', code: 'not_allowed' })];
    const single = await ask('POST', '/v1/messages', wanted);
    expect([single.statusCode, single.json()]).toMatchObject([400, { errors }]);
    const batch = await ask('POST', '/v1/messages/batch', { messages: [wanted] });
    expect(batch.json()).toMatchObject({ results: [{ status: 400, errors }] });
  });

  it.each([
    ['GET', '', 'queued'],
    ['GET', '/explain', 'queued'],
    ['POST', '/cancel', 'queued'],
    ['POST', '/retry', 'failed'],
    ['POST', '/retry', 'unknown'],
    ['POST', '/retry', 'expired'],
  ])('%s …%s of a live message that is %3$s finds nothing and changes nothing', async (method, path, status) => {
    const [id] = (await tenant.messages(1)) as [string];
    await tenant.set(id, { status });
    const before = await snapshot();
    // Nobody is told apart from who asks for what is not there.
    for (const spelled of [id, id.toUpperCase()]) {
      const answer = await ask(method, `/v1/messages/${spelled}${path}`);
      expect([answer.statusCode, answer.body.includes('no message')]).toEqual([404, true]);
    }
    expect(await snapshot()).toEqual(before);
    expect((await ask(method, `/v1/messages/${id}${path}`, undefined, live)).statusCode).toBeLessThan(300);
  });

  it('makes, sees and revokes test keys alone', async () => {
    const made = await ask('POST', '/v1/keys', { name: 'child', mode: 'test', scopes: ['messages:write'] });
    expect(made.statusCode).toBe(201);
    expect(
      (await ask('POST', '/v1/keys', { name: 'child', mode: 'live', scopes: ['messages:write'] })).statusCode,
    ).toBe(400);
    const keys = (await ask('GET', '/v1/keys')).json<KeyPageDto>().data;
    expect(new Set(keys.map(({ mode }) => mode))).toEqual(new Set(['test']));
    expect((await ask('GET', `/v1/keys/${live.id}`)).statusCode).toBe(404);
    expect((await ask('DELETE', `/v1/keys/${live.id}?descendants=true`)).statusCode).toBe(404);
    expect((await ask('GET', '/v1/tenant', undefined, live)).statusCode).toBe(200);
    expect((await ask('DELETE', `/v1/keys/${made.json<{ id: string }>().id}`)).statusCode).toBe(204);
  });

  it('is told first that it lacks a scope', async () => {
    const narrow = await api.newKey({ tenantId: tenant.tenantId, mode: 'test', scopes: ['messages:read'] });
    const answer = await ask('POST', '/v1/suppressions', {}, narrow);
    expect(answer.json()).toMatchObject({ status: 403, detail: expect.stringContaining('lacks the scope') as string });
    expect(answer.json()).not.toHaveProperty('code', 'test_key_not_allowed');
  });
});
