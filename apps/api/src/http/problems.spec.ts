import { Controller, Get, Module } from '@nestjs/common';
import { PROBLEM_CODES } from '@outbell/shared/constants/problem-codes.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { Public } from '../auth/access.decorators.js';
import type { Problem } from './problem.js';

const PUBLIC_URL = 'https://api.example.com';

@Controller('broken')
class BrokenController {
  @Get()
  @Public()
  read(): never {
    throw new Error('canary');
  }
}

@Module({ controllers: [BrokenController] })
class BrokenRoom {}

let api: TestApi;
let key: TestKey;
let reader: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ PUBLIC_URL, BODY_LIMIT: '2000', NODE_ENV: 'production' }, [BrokenRoom]);
  await api.app.listen(0, '127.0.0.1');
  key = await api.newKey();
  reader = await api.newKey({ scopes: ['messages:read'] });
});
afterAll(() => api.stop());

interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  payload?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const id = '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80';

describe('a problem', () => {
  it.each<[string, () => Asked]>([
    ['unknown_route', () => ({ url: '/nothing' })],
    ['unknown_route', () => ({ url: '/v1/nothing', method: 'POST' })],
    ['method_not_allowed', () => ({ url: '/v1/messages', method: 'DELETE' })],
    ['method_not_allowed', () => ({ url: `/v1/keys/${id}?x=1`, method: 'PUT' })],
    ['malformed_request', () => ({ url: '/v1/keys/%zz' })],
    ['url_too_long', () => ({ url: `/u/${'x'.repeat(600)}` })],
    ['key_missing', () => ({ url: '/v1/keys' })],
    ['key_malformed', () => ({ url: '/v1/keys', headers: { authorization: 'Bearer x' } })],
    ['key_unknown', () => ({ url: '/v1/keys', headers: { authorization: `Bearer ${newApiKey('live').key}` } })],
    ['key_in_url', () => ({ url: '/v1/keys?token=x', headers: key.headers })],
    ['scope_missing', () => ({ url: '/v1/keys', headers: reader.headers })],
    ['not_found', () => ({ url: `/v1/messages/${id}`, headers: key.headers })],
    ['invalid_input', () => ({ url: '/v1/messages?limit=0', headers: key.headers })],
    ['malformed_json', () => post('{"channel": canary}')],
    ['invalid_input', () => post('{}')],
    ['body_too_large', () => post(JSON.stringify({ text: 'x'.repeat(3000) }))],
    ['unsupported_media_type', () => ({ ...post('x'), headers: { ...key.headers, 'content-type': 'text/plain' } })],
    [
      'unsupported_media_type',
      () => ({ ...post('x'), headers: { ...key.headers, ...JSON_TYPE, 'content-encoding': 'br' } }),
    ],
    ['not_found', () => ({ url: `/callbacks/smtp/${id}`, method: 'POST' })],
    ['internal_error', () => ({ url: '/broken' })],
    ['not_found', () => ({ url: '/problems/nothing' })],
    ['not_found', () => ({ url: '/metrics' })],
  ])('%s has its code, its status and a type that opens', async (code, asked) => {
    const answer = await api.app.inject(asked());
    const problem = answer.json<Problem>();
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(problem).toMatchObject({ code, status: PROBLEM_CODES[code as keyof typeof PROBLEM_CODES].status });
    expect(answer.statusCode).toBe(problem.status);
    expect(problem.type).toBe(`${PUBLIC_URL}/problems/${code}`);
    const page = await api.app.inject({ url: new URL(problem.type).pathname });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain(code);
    for (const field of problem.errors ?? []) expect(field.code).toMatch(/^[a-z_]+$/);
  });

  it('of another method names those there are', async () => {
    const answer = await api.app.inject({ url: `/v1/senders/${id}`, method: 'PUT' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toMatch(/^(DELETE, )?GET, HEAD, PATCH$/);
  });

  it('says at which line and column a body is no JSON', async () => {
    const answer = await api.app.inject(post('{\n  "channel": "email",\n  "to" "ann@example.org"\n}'));
    expect(answer.json<Problem>().errors?.[0]).toMatchObject({
      field: 'body',
      message: 'is not valid JSON at line 3, column 8 (character 32): where a colon should be',
    });
  });

  it.each([
    ['malformed_request', 'GET / HTTP/9.9\r\n\r\n'],
    ['headers_too_large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(70_000)}\r\n\r\n`],
  ])('is %s for what is no request', async (code, bytes) => {
    const { port } = api.app.getHttpServer().address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ code, type: `${PUBLIC_URL}/problems/${code}` });
  });
});

describe('GET /problems', () => {
  it('lists all codes, as JSON for who asks for it', async () => {
    const { data } = (await api.app.inject({ url: '/problems', headers: { accept: 'application/json' } })).json<{
      data: { code: string }[];
    }>();
    expect(data.map(({ code }) => code)).toEqual(expect.arrayContaining(Object.keys(PROBLEM_CODES)));
    const one = await api.app.inject({ url: '/problems/required', headers: { accept: 'application/json' } });
    expect(one.json()).toMatchObject({ code: 'required', status: null, type: `${PUBLIC_URL}/problems/required` });
    expect((await api.app.inject({ url: '/problems' })).body).toContain('unknown_template');
  });
});

describe('GET /', () => {
  it('tells where to go', async () => {
    const answer = await api.app.inject({ url: '/' });
    expect(answer.json()).toMatchObject({
      name: 'Outbell',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      docs: null,
      health: `${PUBLIC_URL}/health`,
      problems: `${PUBLIC_URL}/problems`,
    });
  });
});

function post(payload: string): Asked & { headers: Record<string, string> } {
  return { method: 'POST', url: '/v1/messages', headers: { ...key.headers, ...JSON_TYPE }, payload };
}
