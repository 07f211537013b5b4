import { connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { ImportDto } from './lists/list-import.dto.js';
import type { Problem } from './problem.js';

/**
 * What one request may cost, in ms of this process: a hundredth of what these cost without limits, and room for a busy
 * machine.
 */
const BUDGET_MS = 400;

const JSON_TYPE = { 'content-type': 'application/json' };
const OBJECTS = Buffer.from(`{"attributes":{"a":[${'{},'.repeat(3_200_000)}{}]}}`);
const ITEMS = Buffer.from(`{"messages":[${'{},'.repeat(3_200_000)}{}]}`);

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
  key = await api.newKey();
});
afterAll(() => api.stop());

/** @returns the answer, and what it cost this process in ms */
async function post(url: string, payload: Buffer | string, headers: Record<string, string> = {}) {
  const before = process.cpuUsage();
  const answer = await api.app.inject({ method: 'POST', url, payload, headers: { ...JSON_TYPE, ...headers } });
  const { user, system } = process.cpuUsage(before);
  return { answer, ms: (user + system) / 1_000 };
}

describe('ten megabytes of empty objects', () => {
  it.each([
    ['to a route that does not exist', '/nope', 404],
    ['to one under /v1', '/v1/nope', 404],
    ['to one that takes no POST', '/health', 405],
    ['to an unsubscribe link', '/u/x', 413],
    ['to a vendor’s address', '/callbacks/twilio/x', 413],
    ['to a route that needs a key', '/v1/contacts', 401],
  ])('%s cost next to nothing without a key', async (_name, url, status) => {
    const { answer, ms } = await post(url, OBJECTS);
    expect(answer.statusCode).toBe(status);
    expect(ms).toBeLessThan(BUDGET_MS);
  });

  it.each([
    ['that is not known', () => `ob_live_${'a'.repeat(12)}_${'b'.repeat(43)}`, 401],
    ['without the scope', async () => (await api.newKey({ scopes: ['messages:read'] })).key, 403],
  ])('nor with a key %s', async (_name, makeKey, status) => {
    const { answer, ms } = await post('/v1/contacts', OBJECTS, { authorization: `Bearer ${await makeKey()}` });
    expect(answer.statusCode).toBe(status);
    expect(ms).toBeLessThan(BUDGET_MS);
  });

  it.each([
    ['/v1/contacts', OBJECTS, 'body'],
    ['/v1/messages', Buffer.from(`{"variables":{"a":${OBJECTS.toString()}}}`.slice(0, 9_000_000)), 'body'],
    ['/v1/messages/batch', ITEMS, 'messages'],
    ['/v1/messages/batch', Buffer.from(`{"messages":[{"variables":${OBJECTS.toString()}}]}`), 'body'],
    ['/v1/messages/batch', Buffer.from(`{"x":1,${ITEMS.toString().slice(1)}`), 'body'],
  ])('are refused at %s before they are parsed', async (url, payload, field) => {
    const { answer, ms } = await post(url, payload, key.headers);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<Problem>().errors).toMatchObject([
      { field, message: expect.stringMatching(/more than \d+/) as string },
    ]);
    expect(ms).toBeLessThan(BUDGET_MS);
  });
});

describe('as much as a body may hold', () => {
  const list = `[${'{},'.repeat(4_500)}{}]`;
  const free = `{"a":[${`${list},`.repeat(5)}${list}]}`;

  it.each<[string, string, string]>([
    ['attributes', '/v1/contacts', `{"attributes":${free}}`],
    ['attributes', '/v1/contacts', `{"attributes":${free},"surprise":1}`],
    // These are within their limit.
    ['channel', '/v1/messages', `{"variables":${free}}`],
    ['metadata', '/v1/messages', `{"metadata":${free}}`],
    ['fallback', '/v1/messages', `{"fallback":${list}}`],
    ['tags', '/v1/messages', `{"tags":${list}}`],
    ['scopes', '/v1/keys', `{"scopes":${list}}`],
    ['conditions.tags', '/v1/connections', `{"conditions":{"tags":${list}}}`],
    ['credentials', '/v1/connections', `{"credentials":${free}}`],
  ])('is refused in %s, and takes no second', async (field, url, payload) => {
    const { answer, ms } = await post(url, payload, key.headers);
    expect(answer.statusCode).toBe(400);
    const fields = answer.json<Problem>().errors?.map((error) => error.field) ?? [];
    if (field !== 'credentials') expect(fields).toContain(field);
    expect(ms).toBeLessThan(1_000);
  });

  it('is a row of a list whose attributes are too many', async () => {
    const row = `{"email":"ann@example.org","attributes":${free}}\n`;
    const headers = { ...key.headers, 'content-type': 'application/x-ndjson' };
    const { answer, ms } = await post('/v1/contacts/import', row.repeat(20), headers);
    expect(answer.json()).toMatchObject({
      rejected: 20,
      errors: expect.arrayContaining(
        [{ line: 1, column: 'attributes' }].map((one) => expect.objectContaining(one) as object),
      ) as object[],
    });
    expect(ms).toBeLessThan(1_000);
  });

  it('is a batch of a thousand that are all wrong', async () => {
    const item = `{"fallback":[{},{},{}],"variables":{"a":[${'{},'.repeat(110)}{}]}}`;
    const payload = `{"messages":[${`${item},`.repeat(999)}${item}]}`;
    const { answer, ms } = await post('/v1/messages/batch', payload, key.headers);
    expect(answer.statusCode).toBe(202);
    expect(ms).toBeLessThan(1_000);
  });
});

describe('a list of 99,000 rows that are all refused', () => {
  const rows = (row: string) => `${row}\n`.repeat(99_000);
  const unknown = `{${Array.from({ length: 20 }, (_, n) => `"adress${n}":1`).join(',')}}`;

  /** The most CPU that one turn of the event loop took until `work` is done, in ms. */
  async function longestTurn(work: Promise<unknown>): Promise<number> {
    let [done, longest] = [false, 0];
    void work.finally(() => (done = true));
    while (!done) {
      const before = process.cpuUsage();
      await new Promise(setImmediate);
      const { user, system } = process.cpuUsage(before);
      longest = Math.max(longest, (user + system) / 1_000);
    }
    return longest;
  }

  it.each([
    ['suppressions', 'text/csv', `channel,address,reason\n${rows('email,not an address,manual')}`],
    ['suppressions', 'text/csv', `channel,address,reason\n${rows('email,x')}`],
    ['suppressions', 'application/x-ndjson', rows(unknown)],
    ['suppressions', 'application/x-ndjson', rows('{"channel":1,,')],
    ['contacts', 'text/csv', `email,timezone\n${rows('ann@example.org,Mars/X')}`],
  ])(
    '(%s, %s) leaves the event loop to others, and costs little',
    async (lists, type, payload) => {
      const before = process.cpuUsage();
      const answer = post(`/v1/${lists}/import`, payload, { ...key.headers, 'content-type': type });
      expect(await longestTurn(answer)).toBeLessThan(250);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000).toBeLessThan(5_000);
      const told = (await answer).answer.json<ImportDto>();
      expect(told).toMatchObject({ accepted: 0, rejected: 99_000, complete: true, errors_truncated: true });
      expect(told.errors).toHaveLength(100);
    },
    120_000,
  );
});

describe('a thousand items that hold nothing but unknown properties', () => {
  it('are answered with some of them', async () => {
    const item = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, 1]));
    const payload = JSON.stringify({ messages: Array(1_000).fill(item) });
    const { answer, ms } = await post('/v1/messages/batch', payload, key.headers);
    expect(answer.statusCode).toBe(202);
    expect(answer.body.length).toBeLessThan(3_000_000);
    expect(ms).toBeLessThan(1_000);
  });
});

describe('a body whose length is not what it says', () => {
  async function raw(head: string): Promise<string> {
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(head);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return chunk.toString().split('\r\n', 1)[0] ?? '';
  }
  const lines = (...more: string[]) =>
    ['POST /v1/contacts HTTP/1.1', 'host: x', 'content-type: application/json', ...more, '', ''].join('\r\n');

  beforeAll(() => api.app.listen(0, '127.0.0.1'));

  it.each([
    ['more than BODY_LIMIT', () => lines(`authorization: Bearer ${key.key}`, 'content-length: 99999999999'), '413'],
    ['no number', () => lines(`authorization: Bearer ${key.key}`, 'content-length: -1'), '400'],
    ['two things', () => lines('content-length: 5', 'transfer-encoding: chunked'), '400'],
    ['much, without a key', () => lines('content-length: 9000000'), '401'],
    [
      'more than an unsubscribe link takes',
      () => lines('content-length: 70000').replace('/v1/contacts', '/u/x'),
      '413',
    ],
  ])('(%s) is answered before it has come', async (_name, head, status) => {
    expect(await raw(head())).toContain(` ${status} `);
  });

  it('is waited for a minute at most', () => {
    const server = api.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
    expect(server.requestTimeout).toBe(60_000);
    expect(server.headersTimeout).toBeLessThanOrEqual(60_000);
  });
});

describe('an unsubscribe link', () => {
  it.each(['{"toString":1}', '{"valueOf":1,"__proto__":null}', '[]', 'null', '"x"', '{', ''])(
    'is no way to a 500: %s',
    async (payload) => {
      for (const type of [
        'application/json',
        'application/x-www-form-urlencoded',
        'text/plain',
        'multipart/form-data',
      ]) {
        const { answer } = await post('/u/x', payload, { 'content-type': type });
        expect.soft([type, answer.statusCode]).toEqual([type, 400]);
      }
    },
  );
});
