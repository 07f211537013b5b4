import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import type { Problem } from './problem.js';

const CREDENTIALS = { host: 'mail.example.com', port: 587, security: 'starttls' };
const CONNECTION = { channel: 'email', provider: 'smtp', credentials: CREDENTIALS };
const MESSAGE = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'x', text: 'x' };

/** Wherever somebody calls something by a name: where it goes, and the field that is wrong. */
const PLACES: [string, 'POST' | 'PATCH', string, (name: string) => object, string][] = [
  ['a connection', 'POST', '/v1/connections', (name) => ({ ...CONNECTION, name }), 'name'],
  ['a connection that is changed', 'PATCH', '/v1/connections/:connection', (name) => ({ name }), 'name'],
  [
    'a tag in the conditions of a connection',
    'PATCH',
    '/v1/connections/:connection',
    (name) => ({ conditions: { tags: [name] } }),
    'conditions.tags',
  ],
  ['a key', 'POST', '/v1/keys', (name) => ({ name, mode: 'live', scopes: ['messages:read'] }), 'name'],
  ['a template', 'POST', '/v1/templates', (name) => ({ name, channel: 'email', subject: 'x', text: 'x' }), 'name'],
  ['a sender', 'POST', '/v1/senders', (name) => ({ channel: 'email', address: 'a@example.com', name }), 'name'],
  ['a sender that is changed', 'PATCH', '/v1/senders/:sender', (name) => ({ name }), 'name'],
  ['a session of WhatsApp', 'POST', '/v1/whatsapp-sessions', (name) => ({ name, pair_by: 'qr' }), 'name'],
  ['a contact', 'POST', '/v1/contacts', (external_id) => ({ external_id }), 'external_id'],
  ['an attribute', 'POST', '/v1/contacts', (name) => ({ attributes: { a: [{ [name]: 1 }] } }), 'attributes'],
  ['a tag', 'POST', '/v1/messages', (name) => ({ ...MESSAGE, tags: ['x', name] }), 'tags'],
  ['metadata', 'POST', '/v1/messages', (name) => ({ ...MESSAGE, metadata: { a: { [name]: 1 } } }), 'metadata'],
];

let api: TestApi;
let key: TestKey;
let ids: Record<string, string>;

beforeAll(async () => {
  api = await TestApi.start({ CHANNELS: 'email,whatsapp' });
  const tenant = await TenantFactory.create(api.database.dataSource);
  key = await api.newKey({ tenantId: tenant.tenantId });
  const connection = await ask('POST', '/v1/connections', { ...CONNECTION, name: 'ours' });
  ids = { connection: connection.json<{ id: string }>().id, sender: tenant.senderId };
});
afterAll(() => api.stop());

function ask(method: 'POST' | 'PATCH', url: string, payload: object) {
  return api.app.inject({ method, url, headers: key.headers, payload });
}

describe.each(PLACES)('the name of %s', (_, method, path, bodyOf, field) => {
  it.each([
    ['ESC', 'a\u001b[2Jb'],
    ['BEL', 'a\u0007b'],
    ['a line break', 'a\r\nb'],
    ['a control of C1', 'a\u009b31mb'],
    ['an override', 'a\u202eb'],
    ['an isolate', 'a\u2067b'],
    ['a mark', 'a\u200fb'],
    ['what is not seen', 'a\u2060b'],
    ['a tag', 'a\u{e0041}b'],
  ])('holds no %s', async (_what, name) => {
    const url = path.replace(/:(\w+)/, (_all, what: string) => ids[what] ?? '');
    const answer = await ask(method, url, bodyOf(name));
    expect([answer.statusCode, answer.body]).toEqual([400, expect.anything()]);
    const fields = answer.json<Problem>().errors?.map((error) => error.field.replace(/\.\d+$/, ''));
    expect([...new Set(fields)]).toEqual([field]);
  });
});

it('has a letter that joins in it where a language needs one', async () => {
  const name = 'فروشگاه می\u200cخواهم';
  expect((await ask('PATCH', `/v1/senders/${ids['sender']}`, { name })).json()).toMatchObject({ name });
  expect((await ask('POST', '/v1/keys', { name, mode: 'live', scopes: ['keys:read'] })).json()).toMatchObject({ name });
});

it('is composed, wherever it goes', async () => {
  const [given, kept] = ['Cafe\u0301', 'Caf\u00e9'];
  expect((await ask('PATCH', `/v1/senders/${ids['sender']}`, { name: given })).json()).toMatchObject({ name: kept });
  const made = await ask('POST', '/v1/keys', { name: given, mode: 'live', scopes: ['keys:read'] });
  expect(made.json()).toMatchObject({ name: kept });
  const contact = await ask('POST', '/v1/contacts', { external_id: given });
  expect(contact.json()).toMatchObject({ external_id: kept });
  const { id } = (await ask('POST', '/v1/messages', { ...MESSAGE, tags: ['x', given] })).json<{ id: string }>();
  const listed = await api.app.inject({ url: `/v1/messages/${id}`, headers: key.headers });
  expect(listed.json()).toMatchObject({ tags: ['x', kept] });
  const url = `/v1/messages?tag=${encodeURIComponent(given)}`;
  expect((await api.app.inject({ url, headers: key.headers })).json()).toMatchObject({ data: [{ id }] });
});
