import { ConnectionRepository } from '@outbell/persistence/repositories/connection.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { connectionSteps, CREDENTIALS, SMTP } from '../../../../test/support/connection-steps.js';
import type { Problem } from '../http/problem.js';
import type { ConnectionDto, ConnectionPageDto } from './connection.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ OUTBOUND_ALLOW: '127.0.0.0/8' });
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

const { request, made } = connectionSteps(() => ({ api, key }));

const fieldsOf = (answer: { json<T>(): T }) =>
  [...new Set(answer.json<Problem>().errors?.map(({ field }) => field))].sort();

async function opened(id: string, tenantId = key.tenantId): Promise<object> {
  const row = await api.app.get(ConnectionRepository).find(tenantId, id);
  return api.app.get(Vault).open({ tenantId, rowId: id }, row!);
}

describe('POST /v1/connections', () => {
  it('seals the credentials and never shows them', async () => {
    const answer = await request('POST', '', SMTP);
    expect(answer.statusCode).toBe(201);
    const connection = answer.json<ConnectionDto>();
    expect(connection).toMatchObject({ channel: 'email', provider: 'smtp', priority: 100, active: true, version: 1 });
    expect(await opened(connection.id)).toEqual(CREDENTIALS);
    const shown = [answer, await request('GET', ''), await request('GET', `/${connection.id}`)].map(({ body }) => body);
    expect(shown.join()).not.toMatch(/canary|credentials|sealed|mailer/);
    const [stored] = await api.database.dataSource.query<{ row: string }[]>(
      `SELECT c::text AS row FROM connection c WHERE id = $1`,
      [connection.id],
    );
    expect(Buffer.from(stored!.row).includes('canary')).toBe(false);
    expect(stored!.row).not.toContain(Buffer.from('canary').toString('hex'));
  });

  it('takes a name once', async () => {
    await made({ name: 'one' });
    const again = await request('POST', '', { ...SMTP, name: 'one' });
    expect(again.statusCode).toBe(409);
    expect(fieldsOf(again)).toEqual(['name']);
  });

  it.each([
    [['channel'], { channel: 'fax' }],
    [['provider'], { channel: 'voice' }],
    [['provider'], { provider: 'carrier-pigeon' }],
    [['provider'], { provider: '__proto__' }],
    [['provider'], { provider: 7 }],
    [['name'], { name: '' }],
    [['priority'], { priority: -1 }],
    [['weight'], { weight: 0 }],
    [['weight'], { weight: 1.5 }],
    [['conditions'], { conditions: 'all' }],
    [['conditions'], { conditions: [] }],
    [['conditions'], { conditions: [{ tags: ['receipts'] }] }],
    [['conditions.colour'], { conditions: { colour: 'red' } }],
    [['conditions.country_prefixes'], { conditions: { country_prefixes: ['33'] } }],
    [['conditions.country_prefixes'], { conditions: { country_prefixes: ['+33'] } }],
    [['conditions.recipient_domains'], { conditions: { recipient_domains: ['Example.org'] } }],
    [['conditions.recipient_domains'], { conditions: { recipient_domains: 'example.org' } }],
    [['conditions.priorities'], { conditions: { priorities: ['urgent'] } }],
    [['conditions.tags'], { conditions: { tags: [] } }],
    [['credentials'], { credentials: undefined }],
    [['credentials'], { credentials: 'secret' }],
    [['credentials.host'], { credentials: { ...CREDENTIALS, host: 'smtp://x' } }],
    [['credentials.host', 'credentials.port', 'credentials.security'], { credentials: {} }],
    [['credentials.password'], { credentials: { ...CREDENTIALS, password: undefined } }],
    [['credentials.tls'], { credentials: { ...CREDENTIALS, tls: { rejectUnauthorized: false } } }],
    [['tenantId'], { tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
    [['version'], { version: 7 }],
  ])('refuses wrong %j: %j', async (fields, changes) => {
    const answer = await request('POST', '', { ...SMTP, ...changes });
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer)).toEqual(fields);
    expect(answer.body).not.toContain('canary');
    expect((await request('GET', '')).json<ConnectionPageDto>().data).toEqual([]);
  });

  it('keeps weight and conditions', async () => {
    const conditions = { recipient_domains: ['example.org'], priorities: ['high'], tags: ['receipts'] };
    const { id } = await made({ weight: 3, conditions });
    expect((await request('GET', `/${id}`)).json()).toMatchObject({ weight: 3, conditions });
    expect(await made()).toMatchObject({ weight: 1, conditions: null });
    expect(await made({ conditions: {} })).toMatchObject({ conditions: null });
  });

  it('takes telephone prefixes where there are telephones', async () => {
    const sms = { channel: 'sms', provider: 'smsmobileapi', credentials: { api_key: 'canary-key' } };
    const conditions = { country_prefixes: ['+33', '+1242'] };
    expect(await made({ ...sms, conditions })).toMatchObject({ conditions });
    const answer = await request('POST', '', { ...SMTP, ...sms, conditions: { recipient_domains: ['example.org'] } });
    expect(fieldsOf(answer)).toEqual(['conditions.recipient_domains']);
  });

  it('takes null in credentials for what was left out', async () => {
    const sms = {
      channel: 'sms',
      provider: 'smsmobileapi',
      credentials: { api_key: 'k', device: null, base_url: null },
    };
    expect(await opened((await made(sms)).id)).toEqual({ api_key: 'k' });
    const answer = await request('POST', '', { ...SMTP, credentials: { ...CREDENTIALS, host: null } });
    expect(fieldsOf(answer)).toEqual(['credentials.host']);
  });

  it('names the providers there are', async () => {
    expect((await request('POST', '', { ...SMTP, provider: 'ses9' })).body).toContain('smtp');
  });
});

describe('PATCH /v1/connections/:id', () => {
  it('changes what is given, under a new version', async () => {
    const { id } = await made();
    expect((await request('PATCH', `/${id}`, { priority: 5 })).json()).toMatchObject({
      priority: 5,
      version: 2,
      active: true,
    });
    expect((await request('PATCH', `/${id}`, { active: false })).json()).toMatchObject({
      priority: 5,
      version: 3,
      active: false,
    });
    expect(await opened(id)).toEqual(CREDENTIALS);
  });

  it('replaces conditions as a whole, and takes them away', async () => {
    const { id } = await made({ conditions: { tags: ['a'], priorities: ['high'] } });
    expect((await request('PATCH', `/${id}`, { weight: 9 })).json()).toMatchObject({
      weight: 9,
      conditions: { tags: ['a'], priorities: ['high'] },
    });
    const conditions = { tags: ['b'] };
    expect((await request('PATCH', `/${id}`, { conditions })).json()).toMatchObject({ conditions });
    expect((await request('PATCH', `/${id}`, { conditions: null })).json()).toMatchObject({ conditions: null });
  });

  it('takes null for what is left out, but where it takes something away', async () => {
    const { id } = await made({ priority: null, conditions: { tags: ['a'], priorities: null } });
    const nulls = { name: null, priority: null, weight: null, rate_limits: null, active: null, credentials: null };
    const changed = (await request('PATCH', `/${id}`, { ...nulls, weight: 7 })).json();
    expect(changed).toMatchObject({ priority: 100, weight: 7, active: true, conditions: { tags: ['a'] } });
  });

  it('replaces all credentials', async () => {
    const { id } = await made();
    const credentials = { host: 'other.example.com', port: 465, security: 'tls' };
    const answer = await request('PATCH', `/${id}`, { credentials });
    expect(answer.json()).toMatchObject({ version: 2 });
    expect(answer.body).not.toContain('other.example.com');
    expect(await opened(id)).toEqual(credentials);
  });

  it.each([
    ['credentials.port', { credentials: { ...CREDENTIALS, port: 0 } }],
    ['weight', { weight: 1001 }],
    ['conditions.country_prefixes', { conditions: { country_prefixes: ['+33'] } }],
    ['conditions', { conditions: [{ tags: ['receipts'] }] }],
    ['active', { active: 'no' }],
    ['provider', { provider: 'smtp' }],
    ['channel', { channel: 'sms' }],
    ['tenantId', { tenantId: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' }],
  ])('refuses a wrong %s: %j', async (field, body) => {
    const { id } = await made();
    const answer = await request('PATCH', `/${id}`, body);
    expect(answer.statusCode).toBe(400);
    expect(fieldsOf(answer)).toEqual([field]);
    expect((await request('GET', `/${id}`)).json()).toMatchObject({ version: 1 });
  });

  it('takes no name of another', async () => {
    await made({ name: 'one' });
    const { id } = await made({ name: 'two' });
    expect((await request('PATCH', `/${id}`, { name: 'one' })).statusCode).toBe(409);
    expect((await request('PATCH', `/${id}`, { name: 'two' })).statusCode).toBe(200);
  });
});

describe('DELETE /v1/connections/:id', () => {
  it('takes it out of the way of messages, and again without harm', async () => {
    const { id } = await made();
    expect((await request('DELETE', `/${id}`)).statusCode).toBe(204);
    expect((await request('DELETE', `/${id}`)).statusCode).toBe(204);
    expect((await request('GET', `/${id}`)).json()).toMatchObject({ active: false });
    const routes = await api.app.get(ConnectionRepository).routes([{ tenantId: key.tenantId, channel: 'email' }]);
    expect(routes).toEqual([]);
  });
});

describe('GET /v1/connections', () => {
  it('filters', async () => {
    const { id } = await made();
    const off = await made();
    await request('DELETE', `/${off.id}`);
    const ids = async (query: string) =>
      (await request('GET', query)).json<ConnectionPageDto>().data.map((each) => each.id);
    expect(await ids('?active=true')).toEqual([id]);
    expect(await ids('?active=false')).toEqual([off.id]);
    expect(await ids('?channel=email&provider=smtp')).toEqual([off.id, id]);
    expect(await ids('?channel=sms')).toEqual([]);
    expect((await request('GET', '?active=maybe')).statusCode).toBe(400);
  });
});

describe('another tenant', () => {
  it('finds nothing by any route, and its routes lead nowhere else', async () => {
    const { id } = await made();
    const other = await api.newKey();
    const answers = await Promise.all([
      request('GET', `/${id}`, undefined, other),
      request('PATCH', `/${id}`, { priority: 1 }, other),
      request('PATCH', `/${id}`, { credentials: CREDENTIALS }, other),
      request('POST', `/${id}/verify`, undefined, other),
      request('DELETE', `/${id}`, undefined, other),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404, 404]);
    expect((await request('GET', '', undefined, other)).json<ConnectionPageDto>().data).toEqual([]);
    expect((await request('GET', `/${id}`)).json()).toMatchObject({ version: 1, active: true });
    expect(await api.app.get(ConnectionRepository).routes([{ tenantId: other.tenantId, channel: 'email' }])).toEqual(
      [],
    );
    await expect(opened(id, key.tenantId)).resolves.toBeDefined();
  });
});

it('asks for the scope of the verb', async () => {
  const reader = await api.newKey({ scopes: ['connections:read'] });
  expect((await request('POST', '', SMTP, reader)).statusCode).toBe(403);
  const { id } = await made();
  const sibling = await api.newKey({ tenantId: key.tenantId, scopes: ['connections:read'] });
  expect((await request('DELETE', `/${id}`, undefined, sibling)).statusCode).toBe(403);
  expect((await request('POST', `/${id}/verify`, undefined, sibling)).statusCode).toBe(403);
  // By it receipts can be made up.
  const url = async (by: TestKey) =>
    (await request('GET', `/${id}`, undefined, by)).json<{ callback_url: string | null }>().callback_url;
  expect([await url(sibling), await url(key)]).toEqual([null, expect.stringContaining(`/callbacks/smtp/${id}?t=`)]);
});
