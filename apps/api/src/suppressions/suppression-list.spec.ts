import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { until } from '../../../../test/support/until.js';
import type { ImportDto } from '../http/lists/list-import.dto.js';
import type { SuppressionDto } from './suppression.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

function send(payload: string | Buffer | Readable, type = 'text/csv', by = key) {
  const headers = { ...by.headers, 'content-type': type };
  return api.app.inject({ method: 'POST', url: '/v1/suppressions/import', headers, payload });
}
async function imported(payload: string | Buffer, type?: string): Promise<ImportDto> {
  const answer = await send(payload, type);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}
async function exported(accept?: string, by = key): Promise<string> {
  const headers = { ...by.headers, ...(accept && { accept }) };
  const answer = await api.app.inject({ url: '/v1/suppressions/export', headers });
  expect(answer.statusCode).toBe(200);
  return answer.body;
}
async function addresses(by = key): Promise<string[]> {
  const rows = (await exported('application/x-ndjson', by)).split('\n').filter((line) => line !== '');
  return rows.map((row) => (JSON.parse(row) as SuppressionDto).address).reverse();
}

const LIST = `channel,address,reason
email,Ann@Example.org,unsubscribe
sms,'+33612345678,
email,"bob@example.org",complaint
`;

describe('POST /v1/suppressions/import', () => {
  it('suppresses each address of a CSV, once', async () => {
    const first = await imported(LIST);
    const counts = { accepted: 3, rejected: 0, complete: true, errors: [], errors_truncated: false };
    expect(first).toEqual({ ...counts, created: 3, updated: 0, unchanged: 0 });
    const before = await exported();
    expect(await imported(LIST)).toEqual({ ...counts, created: 0, updated: 0, unchanged: 3 });
    expect(await exported()).toBe(before);
    expect(await addresses()).toEqual(['ann@example.org', '+33612345678', 'bob@example.org']);
  });

  it('takes NDJSON, and keeps the reason of what is suppressed already', async () => {
    await imported(LIST);
    const rows = [
      { channel: 'email', address: 'ANN@example.org', reason: 'manual', scope: 'bulk' },
      { channel: 'email', address: 'eve@example.org', reason: null },
    ];
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    expect(await imported(text, 'application/x-ndjson')).toMatchObject({ created: 1, unchanged: 1 });
    expect(await exported()).toContain('email,ann@example.org,unsubscribe');
  });

  it.each<[string, string, string, object[]]>([
    [
      'CSV',
      'text/csv',
      'channel,address\nemail,ann@example.org\nfax,x\n\nemail,nobody\nemail\nemail,"a\nb"\n' +
        'email,eve@example.org\n,x@example.org',
      [
        { line: 3, column: 'channel', code: 'not_allowed' },
        { line: 5, column: 'address', code: 'invalid_address', message: 'must hold exactly one @' },
        { line: 6, column: null, code: 'wrong_format', message: 'has 1 values, and the header 2 columns' },
        { line: 7, column: 'address', code: 'invalid_address' },
        { line: 10, column: 'channel', code: 'required' },
      ],
    ],
    [
      'CSV with a quote out of place',
      'text/csv',
      `channel,address\nemail,a"b@example.org\nemail,ann@example.org\nemail,"x"y\nemail,eve@example.org`,
      [
        { line: 2, column: 'address', code: 'invalid_address' },
        { line: 4, column: 'address', code: 'invalid_address' },
      ],
    ],
    [
      'NDJSON',
      'application/x-ndjson',
      '{"channel":"email","address":"ann@example.org"}\n\n{"channel": email}\n[]\n' +
        '{"channel":"email","adress":"x@example.org"}\n{"channel":"email","address":5}\n' +
        '{"channel":"email","address":"eve@example.org","reason":"\\u0000"}\n' +
        '{"channel":"email","address":"eve@example.org"}',
      [
        { line: 3, column: null, code: 'wrong_format', message: expect.stringContaining('column 13') as string },
        { line: 4, column: null, code: 'wrong_type' },
        { line: 5, column: 'address', code: 'required' },
        { line: 5, column: 'adress', code: 'unknown_property', message: expect.stringContaining('address?') as string },
        { line: 6, column: 'address', code: 'wrong_type' },
        { line: 7, column: 'reason', code: 'invalid' },
      ],
    ],
  ])('tells the line and the column of what is wrong in %s, and stores the rest', async (_, type, text, errors) => {
    const answer = await imported(text, type);
    expect(answer.errors).toHaveLength(errors.length);
    for (const error of errors) expect(answer.errors).toContainEqual(expect.objectContaining(error));
    expect(answer).toMatchObject({ accepted: 2, created: 2, complete: true });
    expect(await addresses()).toEqual(['ann@example.org', 'eve@example.org']);
  });

  it.each<[string, string, string, string]>([
    ['a column that is not known', 'channel,adress\n', 'adress', 'unknown_property'],
    ['a column twice', 'channel,address,Channel\n', 'channel', 'duplicate'],
    ['a missing column', 'channel\nemail\n', 'address', 'required'],
    ['nothing', '', 'body', 'required'],
  ])('refuses a header with %s, and stores nothing', async (_, text, field, code) => {
    const answer = await send(text);
    expect(answer.json()).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ field, code })]) as object[],
    });
    expect(await addresses()).toEqual([]);
  });

  it.each<[string, (text: string) => Buffer, string]>([
    ['UTF-8 with its mark', (text) => Buffer.from(`\ufeff${text}`), 'text/csv'],
    ['UTF-16 with its mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'text/csv'],
    ['UTF-16 without it', (text) => Buffer.from(text, 'utf16le'), 'text/csv'],
    ['UTF-16 of the other order', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'text/csv'],
    ['windows-1252', (text) => Buffer.from(text, 'latin1'), 'text/csv'],
    ['what it says it is', (text) => Buffer.from(text, 'latin1'), 'text/csv; charset=iso-8859-1'],
  ])('reads %s, semicolons and CRLF', async (_, encode, type) => {
    const text = 'channel;address\r\nemail;ann@bücher.example\r\nemail;eve@example.org\r\n';
    expect(await imported(encode(text), type)).toMatchObject({ created: 2, rejected: 0 });
    expect(await addresses()).toEqual(['ann@xn--bcher-kva.example', 'eve@example.org']);
  });

  it('reads characters that are cut by the pieces they come in', async () => {
    const bytes = Buffer.from('channel,address\nemail,ann@bücher.example\nemail,zoë@example.org');
    const answer = await send(Readable.from([...bytes].map((byte) => Buffer.from([byte]))));
    expect(answer.json()).toMatchObject({ created: 1, errors: [{ line: 3, code: 'invalid_address' }] });
  });

  it('ends at what cannot be read on, and says so', async () => {
    const open = await imported('channel,address\nemail,ann@example.org\nemail,"eve@example.org\n');
    expect(open).toMatchObject({
      created: 1,
      rejected: 1,
      errors: [{ message: expect.stringContaining('never closed') as string }],
    });
    const torn = Buffer.concat([
      Buffer.from(`channel,address\nemail,ann@bücher.example\n${'email,x@example.org\n'.repeat(5_000)}`),
      Buffer.from([0xff]),
    ]);
    async function* inPieces() {
      yield torn.subarray(0, 60_000);
      await until(async () => (await addresses()).includes('ann@xn--bcher-kva.example'));
      yield torn.subarray(60_000);
    }
    const answer = await send(Readable.from(inPieces()));
    expect(answer.json()).toMatchObject({
      complete: false,
      errors: [{ message: expect.stringContaining('not utf-8') as string }],
    });
  });

  it('tells a hundred errors, and that there are more', async () => {
    const text = `channel,address\n${'email,x\n'.repeat(150)}email,ann@example.org`;
    expect(await imported(text)).toMatchObject({ accepted: 1, rejected: 150, errors_truncated: true });
    expect((await imported(text)).errors).toHaveLength(100);
  });

  it('takes 100,000 rows and no more, in flat memory', async () => {
    let most = 0;
    async function* rows() {
      yield 'channel,address\n';
      for (let n = 0; n < 100_050; n++) {
        yield `email,person-${n}@example.org\n`;
        if (n % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
        if (n % 100 === 0) await new Promise(setImmediate);
      }
    }
    const before = process.memoryUsage().heapUsed;
    const answer = (await send(Readable.from(rows(), { objectMode: false }))).json<ImportDto>();
    expect(answer).toMatchObject({
      accepted: 100_000,
      created: 100_000,
      complete: false,
      errors: [{ code: 'too_long' }],
    });
    expect(most - before).toBeLessThan(150_000_000);
    expect((await exported()).split('\r\n')).toHaveLength(100_002);
  }, 120_000);

  it('answers over a connection that is still sending', async () => {
    await api.app.listen(0, '127.0.0.1');
    const rows = 'email,x@example.org\n'.repeat(500_000);
    for (const [body, expected] of [
      [`channel,adress\n${rows}`, { status: 400 }],
      [`channel,address\n${rows}`, { accepted: 100_000, created: 1, complete: false }],
    ] as const) {
      const headers = { ...key.headers, 'content-type': 'text/csv' };
      const answer = await fetch(`${await api.app.getUrl()}/v1/suppressions/import`, { method: 'POST', headers, body });
      expect(await answer.json()).toMatchObject(expected);
    }
  }, 60_000);

  it('is for keys with the scope, and lists alone', async () => {
    const reader = await api.newKey({ scopes: ['suppressions:read'] });
    expect((await send(LIST, 'text/csv', reader)).statusCode).toBe(403);
    expect((await send('{}', 'application/json')).json()).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
    const elsewhere = { method: 'POST' as const, url: '/v1/suppressions', payload: LIST };
    const headers = { ...key.headers, 'content-type': 'text/csv' };
    expect((await api.app.inject({ ...elsewhere, headers })).statusCode).toBe(415);
  });
});

describe('GET /v1/suppressions/export', () => {
  it('gives what an import takes, to its tenant alone', async () => {
    await imported(LIST);
    const csv = await exported('text/csv');
    expect(csv.split('\r\n')).toEqual([
      'channel,address,reason,scope,topic,created_at',
      expect.stringMatching(/^email,bob@example.org,complaint,all,,2/) as string,
      expect.stringMatching(/^sms,'\+33612345678,manual,all,,2/) as string,
      expect.stringMatching(/^email,ann@example.org,unsubscribe,bulk,,2/) as string,
      '',
    ]);
    const other = await api.newKey();
    expect((await send(csv, 'text/csv', other)).json()).toMatchObject({ created: 3, rejected: 0 });
    expect(await addresses(other)).toEqual((await addresses()).reverse());
    expect(await addresses(await api.newKey())).toEqual([]);
  });
});
