import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { RequireScope } from '../auth/access.decorators.js';
import type { Problem } from './problem.js';

class ItemDto {
  @IsString()
  to!: string;
}

class EchoDto {
  @IsOptional()
  @IsObject()
  variables?: object;

  @IsOptional()
  @IsString()
  text?: string;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ItemDto)
  messages?: ItemDto[];
}

let handled = 0;

@Controller('v1/echo')
class EchoController {
  @Post()
  @RequireScope('messages:write')
  echo(@Body() body: EchoDto): EchoDto {
    handled++;
    return body;
  }

  @Get('broken')
  @RequireScope('messages:read')
  broken(): never {
    throw new Error('inner canary');
  }

  @Get(':name')
  @RequireScope('messages:read')
  read(@Param('name') name: string): { name: string } {
    return { name };
  }
}

@Module({ controllers: [EchoController] })
class EchoRoom {}

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ BODY_LIMIT: '200000' }, [EchoRoom]);
  key = await api.newKey();
});
afterAll(() => api.stop());

function send(payload: string | Buffer, headers: Record<string, string> = {}) {
  const all = { 'content-type': 'application/json', ...key.headers, ...headers };
  return api.app.inject({ method: 'POST', url: '/v1/echo', headers: all, payload });
}

function get(path: string, headers: Record<string, string> = {}) {
  return api.app.inject({ url: path, headers: { ...key.headers, ...headers } });
}

describe('a body', () => {
  it('is taken as it is when nothing is wrong with it', async () => {
    const body = { variables: { name: 'Zoë 👋', deep: [[[{ n: 1.5 }]]] } };
    const answer = await send(JSON.stringify(body), { 'content-type': 'application/json; charset=UTF-8' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual(body);
  });

  it.each<[string, string | Buffer, string]>([
    ['an unknown property', '{"nonsense":1}', 'nonsense'],
    ['tenantId', '{"tenantId":"x"}', 'tenantId'],
    ['an unknown property deep down', '{"messages":[{"to":"a"},{"to":"b","cc":"c"}]}', 'messages.1.cc'],
    ['a wrong type deep down', '{"messages":[{"to":"a"},{"to":3}]}', 'messages.1.to'],
    ['an array', '[{"text":"x"}]', 'body'],
    ['a string', '"text"', 'body'],
    ['null', 'null', 'body'],
    ['3,000 levels', `{"variables":${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}}`, 'variables.a.a'],
    ['50,000 brackets', `{"variables":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'variables.0.0'],
    ['__proto__', '{"variables":{"__proto__":{"admin":true}}}', 'variables.__proto__'],
    ['constructor.prototype', '{"variables":{"constructor":{"prototype":{}}}}', 'variables.constructor'],
    ['an escaped __proto__', '{"\\u005f_proto__":{}}', '__proto__'],
    ['a NUL byte', '{"messages":[{"to":"a\\u0000b"}]}', 'messages.0.to'],
    ['a NUL byte in a name', '{"variables":{"a\\u0000":1}}', 'variables.a\\0'],
    ['a lone surrogate', '{"text":"\\ud800"}', 'text'],
    ['a number beyond all', '{"variables":{"n":1e999}}', 'variables.n'],
    ['NaN', '{"variables":{"n":NaN}}', 'body'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), 'body'],
    ['half a body', '{"text":"x', 'body'],
  ])('with %s is refused by name', async (_name, payload, field) => {
    const before = handled;
    const answer = await send(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = answer.json<Problem>();
    expect(problem).toMatchObject({ status: 400, title: 'Bad Request', errors: [{ field }] });
    expect(problem.instance).toBe(answer.headers['x-request-id']);
    expect(handled).toBe(before);
  });

  it('is not quoted back when it is malformed', async () => {
    expect((await send('{"password": canary}')).body).not.toContain('canary');
  });

  it.each([
    ['another type', 'text=x', { 'content-type': 'text/plain' }],
    ['no type', '{}', { 'content-type': '' }],
    ['a form', 'text=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }],
    ['gzip', gzipSync(Buffer.alloc(10_000_000, 32)), { 'content-encoding': 'gzip' }],
  ])('of %s is 415', async (_name, payload, headers) => {
    const answer = await send(payload, headers);
    expect(answer.json()).toMatchObject({ status: 415, title: 'Unsupported Media Type' });
  });

  it.each([
    ['no type that there is', 'x', { 'content-type': 'image/png' }],
    ['what is no type', 'x', { 'content-type': ';;;' }],
    ['a form', 'text=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a list', 'a,b', { 'content-type': 'text/csv' }],
    ['another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }],
    ['no JSON', '{"a":', { 'content-type': 'application/json' }],
    ['gzip', gzipSync('{}'), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('of %s is 404 where no route is, and 405 where no such method is', async (_name, payload, headers) => {
    for (const [url, status] of [
      ['/nope', 404],
      ['/v1/echo/broken', 405],
    ] as const) {
      const answer = await api.app.inject({ method: 'POST', url, headers: { ...key.headers, ...headers }, payload });
      expect(answer.json()).toMatchObject({ status });
    }
  });

  it('over BODY_LIMIT is 413', async () => {
    const answer = await send(JSON.stringify({ text: 'x'.repeat(200_001) }));
    expect(answer.json()).toMatchObject({ status: 413 });
  });

  it('that is wrong in a million places is answered in few words', async () => {
    const answer = await send(JSON.stringify({ messages: Array.from({ length: 10_000 }, () => ({})) }));
    expect(answer.statusCode).toBe(400);
    expect(answer.json<Problem>().errors).toHaveLength(100);
    expect(answer.body.length).toBeLessThan(20_000);
  });
});

describe('a URL', () => {
  it.each(['/v1/echo/a%00b', '/v1/echo/x?q=%00', '/v1/echo/a%00b?name=ok', '/v1/keys/%C0%80'])(
    'with unusable text is 400: %s',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    },
  );

  it('nobody serves is a 404 problem', async () => {
    expect((await get('/v1/nothing')).json()).toMatchObject({ status: 404, title: 'Not Found' });
    expect((await get('/nothing')).json()).toMatchObject({ status: 404 });
    for (const type of ['application/json', 'text/csv', 'application/x-ndjson', 'multipart/form-data', 'text/plain']) {
      const sent = { method: 'POST', url: '/nothing', headers: { 'content-type': type }, payload: 'x' } as const;
      expect((await api.app.inject(sent)).json(), type).toMatchObject({ status: 404, code: 'unknown_route' });
    }
  });
});

describe('an answer', () => {
  it('tells nothing of what broke inside', async () => {
    const answer = await get('/v1/echo/broken');
    expect(answer.json()).toMatchObject({ status: 500, instance: answer.headers['x-request-id'] });
    expect(answer.body).not.toContain('canary');
  });

  it('carries a sane request id of the caller', async () => {
    const given = await get('/v1/echo/x', { 'x-request-id': 'trace-12345678' });
    expect(given.headers['x-request-id']).toBe('trace-12345678');
  });

  it.each(['short', 'line\nbreak', 'x'.repeat(200), '<script>alert(1)</script>'])('replaces the id %j', async (id) => {
    const answer = await get('/v1/echo/x', { 'x-request-id': id });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['/v1/echo/x', '/nothing', '/v1/echo/%zz'])('has security headers and a request id: %s', async (url) => {
    const { headers } = await get(url);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String) as string,
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});
