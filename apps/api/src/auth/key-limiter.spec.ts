import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start({ API_RATE_LIMIT: '3/h,100/d' });
});
afterAll(() => api.stop());

function ask(key: { headers: { authorization: string } }) {
  return api.app.inject({ url: '/v1/keys', headers: key.headers });
}

async function withLimit(rateLimit: string): Promise<Pick<TestKey, 'headers'>> {
  const { tenantId } = await api.newKey();
  const { key, prefix, secretHash } = newApiKey('live');
  const row = { name: 'x', mode: 'live' as const, prefix, secretHash, scopes: ['keys:read' as const] };
  await api.app.get(ApiKeyRepository).create(tenantId, { ...row, rateLimit, expiresAt: null, createdAt: new Date() });
  return { headers: { authorization: `Bearer ${key}` } };
}

describe('the requests of a key', () => {
  it('are counted, told, and refused beyond its limit, while other keys go on', async () => {
    const key = await api.newKey();
    expect((await ask(key)).headers).toMatchObject({
      'ratelimit-policy': '"3600s";q=3;w=3600, "86400s";q=100;w=86400',
      ratelimit: expect.stringMatching(/^"3600s";r=2;t=3(600|59\d)$/) as string,
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': expect.stringMatching(/^3(600|59\d)$/) as string,
    });
    await ask(key);
    expect((await ask(key)).headers).toMatchObject({ 'ratelimit-remaining': '0' });
    const refused = await ask(key);
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(refused.headers).toMatchObject({
      'ratelimit-remaining': '0',
      'retry-after': expect.stringMatching(/^3(600|59\d)$/) as string,
    });
    expect((await ask(await api.newKey())).statusCode).toBe(200);
  });

  it('are those of its own limit, where it has one', async () => {
    const few = await withLimit('1/min');
    expect([(await ask(few)).statusCode, (await ask(few)).statusCode]).toEqual([200, 429]);
    const many = await withLimit('5000/min');
    for (let n = 0; n < 5; n++) expect((await ask(many)).statusCode).toBe(200);
  });

  it('have no limit, and no headers, where the installation has none', async () => {
    const free = await TestApi.start({ API_RATE_LIMIT: 'none' });
    const { headers } = await free.newKey();
    const answer = await free.app.inject({ url: '/v1/keys', headers });
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    await free.stop();
  });

  it('cannot be bounded by what is no rate: the API does not start', async () => {
    await expect(TestApi.start({ API_RATE_LIMIT: 'often' })).rejects.toThrow(/API_RATE_LIMIT: "often" is no rate/);
  });
});
