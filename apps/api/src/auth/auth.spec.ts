import { Controller, Get, Module, type Type } from '@nestjs/common';
import { NOTICES, NoticeRepository } from '@outbell/persistence/repositories/notice.repository.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import type { Problem } from '../http/problem.js';
import { Public } from './access.decorators.js';

let api: TestApi;
let key: TestKey;
let client = 0;
const logs = new LogCapture();

beforeAll(async () => {
  api = await TestApi.start({ TRUST_PROXY: 'true' });
  key = await api.newKey();
});
afterAll(() => api.stop());
beforeEach(() => {
  // Each test comes from an address of its own, so that no test is stopped for another's failures.
  client++;
  logs.clear();
  api.app.useLogger(logs.logger);
});
afterEach(() => api.app.useLogger(false));

function matching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}

function ask(authorization?: string, url = '/v1/keys') {
  const headers = { 'x-forwarded-for': `192.0.2.${client}`, ...(authorization !== undefined && { authorization }) };
  return api.app.inject({ url, headers });
}

describe('a key', () => {
  it('opens, whatever the case of its scheme', async () => {
    expect((await ask(`Bearer ${key.key}`)).statusCode).toBe(200);
    expect((await ask(`bearer ${key.key}`)).statusCode).toBe(200);
  });

  it.each<[string, () => string | undefined, RegExp]>([
    ['none', () => undefined, /Send an API key/],
    ['empty', () => '', /no whole API key/],
    ['a prefix only', () => `Bearer ${key.prefix}`, /no whole API key/],
    ['another scheme', () => `Basic ${Buffer.from(`x:${key.key}`).toString('base64')}`, /no whole API key/],
    ['unknown', () => `Bearer ${newApiKey('live').key}`, /not known/],
    [
      'a known prefix with another secret',
      () => `Bearer ${key.prefix}_${newApiKey('live').key.slice(21)}`,
      /not known/,
    ],
    ['of the other mode', () => `Bearer ${key.key.replace('live', 'test')}`, /not known/],
  ])('%s is 401 and audited', async (_name, authorization, detail) => {
    const answer = await ask(authorization());
    expect(answer.json()).toMatchObject({ status: 401, detail: matching(detail) });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(
      logs.lines({ audit: true, status: 401, route: '/v1/keys', requestId: answer.headers['x-request-id'] }),
    ).toHaveLength(1);
  });

  it('that was revoked or has expired is 401', async () => {
    const expired = await api.newKey({ expiresAt: new Date(Date.now() - 1) });
    expect((await ask(`Bearer ${expired.key}`)).json()).toMatchObject({ status: 401, detail: matching(/expired/) });
    const revoked = await api.newKey();
    await api.app.get(ApiKeyRepository).revoke(revoked.tenantId, revoked.id, new Date());
    expect((await ask(`Bearer ${revoked.key}`)).json()).toMatchObject({ status: 401, detail: matching(/revoked/) });
  });

  it.each(['api_key', 'key', 'token'])('in the URL (?%s=) is 401, even when it is good', async (name) => {
    const answer = await ask(`Bearer ${key.key}`, `/v1/keys?${name}=${key.key}`);
    expect(answer.json()).toMatchObject({ status: 401, detail: matching(/Authorization: Bearer/) });
    expect(logs.text).not.toContain(key.key);
  });

  it('without the scope is 403 that names it, audited with tenant and prefix', async () => {
    const reader = await api.newKey({ scopes: ['messages:read'] });
    expect((await ask(reader.headers.authorization)).json()).toMatchObject({
      status: 403,
      detail: matching(/keys:read/),
    });
    const [line] = logs.lines({ audit: true, status: 403 });
    expect(line).toMatchObject({ tenantId: reader.tenantId, keyPrefix: reader.prefix, route: '/v1/keys' });
  });

  it('that asks for another tenant’s id is answered 404 and audited', async () => {
    const other = await api.newKey();
    const url = `/v1/keys/${other.id}`;
    const answer = await api.app.inject({ method: 'DELETE', url, headers: key.headers });
    expect(answer.statusCode).toBe(404);
    const [line] = logs.lines({ audit: true, status: 404 });
    expect(line).toMatchObject({
      tenantId: key.tenantId,
      keyPrefix: key.prefix,
      route: '/v1/keys/:id',
      method: 'DELETE',
    });
  });

  it('is asked for before the body is read', async () => {
    const payload = '{"not": json';
    const answer = await api.app.inject({ method: 'POST', url: '/v1/keys', payload });
    expect(answer.statusCode).toBe(401);
  });

  it('has its use noted, once a minute at most', async () => {
    const fresh = await api.newKey();
    const used = async () => {
      const [row] = await api.app.get(ApiKeyRepository).list(fresh.tenantId, {}, 1);
      return row?.lastUsedAt;
    };
    expect(await used()).toBeNull();
    await Promise.all(Array.from({ length: 5 }, () => ask(fresh.headers.authorization)));
    await vi.waitUntil(used);
    const first = await used();
    await ask(fresh.headers.authorization);
    expect(await used()).toEqual(first);
  });
});

describe('every route under /v1', () => {
  it('is closed without a key', async () => {
    const { paths } = (await api.app.inject({ url: '/docs-json' })).json<{ paths: Record<string, object> }>();
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase() as 'GET',
        url: path.replace(/\{\w+\}/g, () => newId()),
      })),
    );
    const secured = routes.filter((route) => route.url.startsWith('/v1'));
    expect(secured.length).toBeGreaterThanOrEqual(3);
    for (const route of secured) {
      const headers = { 'x-forwarded-for': `198.51.100.${client++ % 250}` };
      expect.soft((await api.app.inject({ ...route, headers })).statusCode, `${route.method} ${route.url}`).toBe(401);
    }
  });
});

describe('guessing', () => {
  it('is 429 with Retry-After after 20 failures from one address; others go on', async () => {
    await ask(key.headers.authorization);
    for (let n = 0; n < 20; n++) expect((await ask('Bearer wrong')).statusCode).toBe(401);
    const stopped = await ask(`Bearer ${newApiKey('live').key}`);
    expect(stopped.json<Problem>()).toMatchObject({ status: 429 });
    expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0);
    expect(logs.lines({ audit: true, status: 429, ip: `192.0.2.${client}` })).toHaveLength(1);

    expect((await ask(key.headers.authorization)).statusCode).toBe(200);
    client++;
    expect((await ask('Bearer wrong')).statusCode).toBe(401);
  });

  it('locks out nobody who comes through the same proxy with a key that is good', async () => {
    const fresh = await api.newKey();
    const wrong = (n: number) => `Bearer ${fresh.prefix}_${String(n).padStart(43, 'x')}`;
    for (let n = 0; n < 20; n++) await ask(n % 2 ? `Bearer ${newApiKey('live').key}` : wrong(n));
    expect((await ask(wrong(20))).statusCode).toBe(429);
    expect((await ask(`Bearer ${newApiKey('live').key}`)).statusCode).toBe(429);
    expect((await ask('Bearer wrong')).statusCode).toBe(429);
    expect((await ask(fresh.headers.authorization)).statusCode).toBe(200);
  });

  it('many secrets for one prefix ends unread, but for a key that lately worked and other addresses', async () => {
    const [known, unknown] = [await api.newKey(), await api.newKey()];
    await ask(known.headers.authorization);
    for (const { prefix } of [known, unknown]) {
      for (let n = 0; n < 100; n++) await ask(`Bearer ${prefix}_${String(n).padStart(43, 'x')}`);
    }
    expect((await ask(unknown.headers.authorization)).statusCode).toBe(429);
    expect((await ask(known.headers.authorization)).statusCode).toBe(200);
    client++;
    expect((await ask(unknown.headers.authorization)).statusCode).toBe(200);
  });

  it('cannot hide behind addresses of its own making, nor behind none', async () => {
    const guess = (forged: string) =>
      api.app.inject({
        url: '/v1/keys',
        headers: { authorization: 'x', 'x-forwarded-for': `${forged}, 192.0.2.${client}` },
      });
    for (let n = 0; n < 20; n++) await guess(`203.0.113.${n}`);
    expect((await guess('203.0.113.99')).statusCode).toBe(429);
    const odd = await api.app.inject({ url: '/v1/keys', headers: { 'x-forwarded-for': 'not an address' } });
    expect(odd.statusCode).toBe(401);
  });

  it('counts the whole network of an IPv6 address', async () => {
    const guess = (n: number) =>
      api.app.inject({ url: '/v1/keys', headers: { 'x-forwarded-for': `2001:db8:0:${client}::${n.toString(16)}` } });
    for (let n = 1; n <= 20; n++) await guess(n);
    expect((await guess(99)).statusCode).toBe(429);
  });

  it('without TRUST_PROXY cannot hide behind X-Forwarded-For', async () => {
    const direct = await TestApi.start();
    const guess = (n: number) =>
      direct.app.inject({ url: '/v1/keys', headers: { authorization: 'x', 'x-forwarded-for': `192.0.2.${n}` } });
    for (let n = 0; n < 20; n++) await guess(n);
    expect((await guess(99)).statusCode).toBe(429);
    const noticed = () => direct.app.get(NoticeRepository).lately(NOTICES.untrustedProxy, 1);
    await vi.waitUntil(noticed);
    await direct.stop();
  });
});

describe('a handler', () => {
  @Controller('v1/open')
  class ForgottenController {
    @Get()
    read(): string {
      return 'open';
    }
  }

  @Controller('v1/open')
  class PublicController {
    @Get()
    @Public()
    read(): string {
      return 'open';
    }
  }

  @Module({ controllers: [ForgottenController] })
  class ForgottenRoom {}

  @Module({ controllers: [PublicController] })
  class PublicRoom {}

  it.each<[string, Type, RegExp]>([
    ['names no scope', ForgottenRoom, /ForgottenController\.read \(GET\): needs @RequireScope/],
    ['is public under /v1', PublicRoom, /PublicController\.read \(GET\): public, but under \/v1/],
  ])('that %s keeps the API from booting', async (_name, room, message) => {
    await expect(TestApi.start({}, [room])).rejects.toThrow(message);
  });
});
