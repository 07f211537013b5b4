import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../test/support/api.js';
import { TenantFactory } from '../../../test/support/factories.js';
import { Outbell } from './outbell.js';
import { OutbellError } from './outbell-error.js';

/** What becomes of one request on its way: an answer of somebody before the API, or its own, which is lost. */
type Accident = { status: number; headers?: Record<string, string>; body?: string } | 'answer lost' | 'not connected';

let api: TestApi;
let way: Server;
let key: TestKey;
let outbell: Outbell;
let accidents: Accident[];
let asked: { url: string | undefined; idempotencyKey: string | undefined }[];

beforeAll(async () => {
  api = await TestApi.start();
  await api.app.listen(0, '127.0.0.1');
  way = createServer((request, response) => void carry(request, response));
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
});
afterAll(async () => {
  way.closeAllConnections();
  way.close();
  await api.stop();
});
beforeEach(async () => {
  const { tenantId } = await TenantFactory.create(api.database.dataSource);
  key = await api.newKey({ tenantId });
  outbell = new Outbell({ url: `http://127.0.0.1:${(way.address() as AddressInfo).port}/`, key: key.key });
  [accidents, asked] = [[], []];
});
afterEach(() => expect(accidents).toEqual([]));

async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  asked.push({ url, idempotencyKey: headers['idempotency-key'] as string | undefined });
  const accident = accidents.shift();
  if (accident === 'not connected') return void request.socket.destroy();
  if (typeof accident === 'object')
    return void response.writeHead(accident.status, accident.headers).end(accident.body ?? 'Busy.');
  const { host: _, connection: __, 'transfer-encoding': ___, ...sent } = headers as Record<string, string>;
  const body = Buffer.concat(await request.toArray());
  const init = { method, headers: sent, ...(body.length > 0 && { body }) };
  const answer = await fetch(new URL(url, await api.app.getUrl()), init);
  const text = await answer.text();
  if (accident === 'answer lost') return void request.socket.destroy();
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(text);
}

const MESSAGE = {
  channel: 'email',
  to: 'ann@example.org',
  sender: 'shop@example.com',
  subject: 'Hi',
  text: 'Hello',
} as const;

const UNDER_WAY = {
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ code: 'request_under_way', detail: 'Another request.' }),
};

async function stored(): Promise<number> {
  const rows = await api.database.dataSource.query<unknown[]>(`SELECT FROM message WHERE tenant_id = $1`, [
    key.tenantId,
  ]);
  return rows.length;
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the client', () => {
  it('sends, reads, explains, cancels', async () => {
    const { id, status } = await outbell.messages.create(MESSAGE);
    expect(status).toBe('queued');
    expect(await outbell.messages.get(id)).toMatchObject({ id, to: 'ann@example.org' });
    expect((await outbell.messages.explain(id)).summary).toContain('Waits');
    expect(await outbell.messages.cancel(id)).toMatchObject({ status: 'canceled' });
    const again = await thrownBy(outbell.messages.cancel(id));
    expect(again).toMatchObject({ status: 409, code: 'message_not_cancelable' });
  });

  it('reads lists to their end, page after page', async () => {
    const messages = Array.from({ length: 5 }, (_, index) => ({ ...MESSAGE, tags: [index < 4 ? 'some' : 'other'] }));
    const { results } = await outbell.messages.createBatch(messages);
    const seen: string[] = [];
    for await (const { id } of outbell.messages.list({ limit: 2, tag: 'some', sender: undefined as never }))
      seen.push(id);
    expect(seen.sort()).toEqual(
      results
        .slice(0, 4)
        .map(({ id }) => id)
        .sort(),
    );
    expect(asked.filter(({ url }) => url?.includes('limit=2'))).toHaveLength(2);
    const senders = [];
    for await (const sender of outbell.list('/v1/senders', { channel: 'email' })) senders.push(sender.address);
    expect(senders).toEqual(['shop@example.com']);
  });

  it('tells what the API says of a wrong request, and does not repeat it', async () => {
    const error = await thrownBy(outbell.messages.create({ ...MESSAGE, to: 'nobody' }));
    expect(error).toBeInstanceOf(OutbellError);
    const field = { field: 'to', code: 'invalid_address', message: expect.any(String) as string };
    expect(error).toMatchObject({ status: 400, code: 'invalid_address', errors: [field] });
    expect((error as OutbellError).requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Accident[]]>([
    ['the API is away', [{ status: 503, headers: { 'retry-after': '0' } }]],
    ['it has asked too often', [{ status: 429, headers: { 'retry-after': '0' } }]],
    ['a proxy finds no API', [{ status: 502 }, { status: 504, headers: { 'retry-after': '0' } }]],
    ['the one before is under way', [{ status: 409, ...UNDER_WAY }]],
    ['there is no connection', ['not connected']],
    ['the connection breaks before the answer', ['answer lost', 'answer lost']],
  ])('repeats a request under one key when %s, and it is carried out once', async (_, wanted) => {
    accidents.push(...wanted);
    const { id } = await outbell.messages.create(MESSAGE);
    expect(await stored()).toBe(1);
    expect(await outbell.messages.get(id)).toMatchObject({ id });
    const keys = asked.slice(0, -1).map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(wanted.length + 1);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes a key of the caller’s', async () => {
    const first = await outbell.messages.create(MESSAGE, { idempotencyKey: 'order-A-17' });
    expect(await outbell.messages.create(MESSAGE, { idempotencyKey: 'order-A-17' })).toEqual(first);
    expect(await stored()).toBe(1);
  });

  it('gives up after so many attempts, or when it should wait longer than it may', async () => {
    const brief = new Outbell({
      url: `http://127.0.0.1:${(way.address() as AddressInfo).port}`,
      key: key.key,
      attempts: 2,
    });
    accidents.push({ status: 503, headers: { 'retry-after': '0' } }, { status: 503, headers: { 'retry-after': '0' } });
    expect(await thrownBy(brief.messages.create(MESSAGE))).toMatchObject({ status: 503, code: 'no_problem' });
    accidents.push({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await thrownBy(brief.messages.create(MESSAGE))).toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
    expect(await stored()).toBe(0);
  });

  it('makes no second API key when the answer to the first is lost', async () => {
    const body = { name: 'service', scopes: ['messages:write' as const], mode: 'live' as const };
    accidents.push('answer lost');
    expect(await thrownBy(outbell.api.POST('/v1/keys', { body }))).toBeInstanceOf(TypeError);
    const { data } = await outbell.api.POST('/v1/keys', { body });
    expect(data?.key).toMatch(/^ob_live_/);
    expect(asked.map(({ idempotencyKey }) => idempotencyKey)).toEqual([undefined, undefined]);
  });
});
