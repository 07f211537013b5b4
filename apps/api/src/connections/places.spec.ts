import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { fieldsOf } from '../../../../test/support/sender-steps.js';

let api: TestApi;
let key: TestKey;
let count = 0;

beforeAll(async () => {
  api = await TestApi.start({ OUTBOUND_ALLOW: '10.1.0.0/16' });
  key = await api.newKey();
});
afterAll(() => api.stop());

function save(provider: string, credentials: object) {
  const payload = { channel: 'email', provider, name: `c ${(count += 1)}`, credentials };
  return api.app.inject({ method: 'POST', url: '/v1/connections', headers: key.headers, payload });
}

// Where a connection leads to is looked at when it is saved, as far as it is written there; what a name resolves to,
// when it is called.
describe('the place of a connection', () => {
  it.each([
    'http://[fe80::1%lo]',
    'https://[fe80::1]/',
    'https://169.254.169.254/latest',
    'https://127.0.0.1',
    'https://[::ffff:10.0.0.1]',
    'https://[::1]:8080',
    'https://2130706433',
    'https://0x7f.1/x',
    'https://user@vendor.example',
    'https://vendor.example\\@127.0.0.1',
    'https://vendor.example/#x',
    'https://vendor.example/ x',
    'https://münchen.example',
    'gopher://vendor.example',
    // Without encryption to a public address.
    'http://192.0.2.1',
    'http://8.8.8.8',
  ])('is not %s', async (base_url) => {
    const answer = await save('resend', { api_key: 're_x', base_url });
    expect([answer.statusCode, fieldsOf(answer)]).toEqual([400, ['credentials.base_url']]);
    const { id } = (await save('smtp', { host: 'mail.invalid', port: 25, security: 'tls' })).json<{ id: string }>();
    const url = `/v1/connections/${id}`;
    const payload = { credentials: { host: '127.0.0.1', port: 25, security: 'tls' } };
    const changed = await api.app.inject({ method: 'PATCH', url, headers: key.headers, payload });
    expect([changed.statusCode, fieldsOf(changed)]).toEqual([400, ['credentials.host']]);
  });

  it.each(['fe80::1%lo', '127.0.0.1', '127.1', '0x7f000001', '[::1]', '::1', 'a..b', '169.254.169.254'])(
    'of mail is not %s',
    async (host) => {
      const answer = await save('smtp', { host, port: 25, security: 'tls' });
      expect([answer.statusCode, fieldsOf(answer)]).toEqual([400, ['credentials.host']]);
    },
  );

  it('may be a private one that the operator has listed, or a name', async () => {
    expect((await save('resend', { api_key: 're_x', base_url: 'http://10.1.2.3:1/x' })).statusCode).toBe(201);
    expect((await save('resend', { api_key: 're_x', base_url: 'https://vendor.invalid/x' })).statusCode).toBe(201);
  });
});
