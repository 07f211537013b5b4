import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { Problem } from '../http/problem.js';
import type { ConnectionDto } from './connection.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ OUTBOUND_ALLOW: '127.0.0.0/8' });
  key = await api.newKey();
});
afterAll(() => api.stop());

/** To nobody: what is saved is all that is asked. */
const CREDENTIALS = { host: '127.0.0.1', port: 9, security: 'none' };

function request(method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object) {
  return api.app.inject({ method, url: `/v1/connections${path}`, headers: key.headers, ...(payload && { payload }) });
}

function create(name: string, changes: object = {}) {
  return request('POST', '', { channel: 'email', provider: 'smtp', name, credentials: CREDENTIALS, ...changes });
}

describe('rate_limits of a connection', () => {
  it('are kept, changed and taken away', async () => {
    const { id, rate_limits } = (await create('limited', { rate_limits: ' 14/s,50000/d ' })).json<ConnectionDto>();
    expect(rate_limits).toBe('14/s,50000/d');
    expect((await request('PATCH', `/${id}`, { weight: 2 })).json()).toMatchObject({ rate_limits: '14/s,50000/d' });
    expect((await request('PATCH', `/${id}`, { rate_limits: '20/s' })).json()).toMatchObject({ rate_limits: '20/s' });
    expect((await request('PATCH', `/${id}`, { rate_limits: '' })).json()).toMatchObject({ rate_limits: '' });
    expect((await request('GET', `/${id}`)).json()).toMatchObject({ rate_limits: '', version: 4 });
  });

  it('are none where none are given', async () => {
    expect((await create('free')).json()).toMatchObject({ rate_limits: '' });
  });

  it.each(['fast', '0/s', '5/week', '5/s,6/s', 5])(
    'are refused when they are %j, and nothing is written',
    async (rate_limits) => {
      const made = await create(`odd ${String(rate_limits)}`, { rate_limits });
      expect(made.statusCode).toBe(400);
      expect(made.json<Problem>().errors?.[0]).toMatchObject({ field: 'rate_limits' });
      const { id } = (await create(`good ${String(rate_limits)}`)).json<ConnectionDto>();
      const changed = await request('PATCH', `/${id}`, { rate_limits });
      expect(changed.statusCode).toBe(400);
      expect((await request('GET', `/${id}`)).json()).toMatchObject({ rate_limits: '', version: 1 });
    },
  );
});
