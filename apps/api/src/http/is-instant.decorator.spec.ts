import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import type { Problem } from './problem.js';

const YEAR = new Date().getUTCFullYear() + 1;
const BAD = [
  `${YEAR}-W05-1T09:00:00Z`,
  `${YEAR}-031T09:00:00Z`,
  `${YEAR}0131T090000Z`,
  `${YEAR}-01-31T09:00:00`,
  `${YEAR}-01-31T24:00:00Z`,
  `${YEAR}-02-30T09:00:00Z`,
  `${YEAR}-01-31T09:00:00+24:00`,
  '0000-01-01T00:00:00Z',
  '+012027-01-31T09:00:00Z',
];

let api: TestApi;
let key: TestKey;
let sender: string;

beforeAll(async () => {
  api = await TestApi.start();
  const tenant = await TenantFactory.create(api.database.dataSource);
  sender = tenant.senderId;
  key = await api.newKey({ tenantId: tenant.tenantId });
});
afterAll(() => api.stop());

function ask(method: 'GET' | 'POST', url: string, body?: object) {
  const headers = { ...key.headers, 'content-type': 'application/json' };
  return api.app.inject({ method, url, headers, ...(body && { payload: JSON.stringify(body) }) });
}

const message = (more: object) =>
  ask('POST', '/v1/messages', { channel: 'email', to: 'ann@example.org', sender, subject: 'x', text: 'x', ...more });

describe('an instant that is none', () => {
  it.each<[string, (text: string) => ReturnType<typeof ask>]>([
    ['scheduled_at', (text) => message({ scheduled_at: text })],
    ['expires_at', (text) => message({ expires_at: text })],
    [
      'fallback.0.expires_at',
      (text) => message({ fallback: [{ channel: 'email', sender, text: 'x', after: 'PT1M', expires_at: text }] }),
    ],
    ['created_after', (text) => ask('GET', `/v1/messages?created_after=${encodeURIComponent(text)}`)],
    ['created_before', (text) => ask('GET', `/v1/messages?created_before=${encodeURIComponent(text)}`)],
    [
      'expires_at',
      (text) => ask('POST', '/v1/keys', { name: 'x', mode: 'live', scopes: ['keys:read'], expires_at: text }),
    ],
  ])('is refused once, by the name %s', async (field, send) => {
    for (const text of BAD) {
      const answer = await send(text);
      expect.soft(answer.statusCode, text).toBe(400);
      const message = expect.stringContaining('RFC 3339') as string;
      expect.soft(answer.json<Problem>().errors, text).toEqual([{ field, code: 'wrong_format', message }]);
    }
  });
});

describe('an instant in small letters, of nine digits', () => {
  it('is taken wherever there is one', async () => {
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 19).toLowerCase();
    const later = `${soon}.123456789z`;
    expect((await message({ scheduled_at: `${soon}z`, expires_at: later })).statusCode).toBe(202);
    expect((await ask('GET', `/v1/messages?created_after=${later}`)).json()).toMatchObject({ data: [] });
    const wanted = { name: 'x', mode: 'live', scopes: ['keys:read'], expires_at: later };
    expect((await ask('POST', '/v1/keys', wanted)).json()).toMatchObject({
      expires_at: `${soon.toUpperCase()}.123Z`,
    });
  });
});
