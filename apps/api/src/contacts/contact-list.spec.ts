import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { ImportDto } from '../http/lists/list-import.dto.js';
import type { ContactDto, ContactPageDto } from './contact.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

async function imported(payload: string, type = 'text/csv', by = key): Promise<ImportDto> {
  const headers = { ...by.headers, 'content-type': type };
  const answer = await api.app.inject({ method: 'POST', url: '/v1/contacts/import', headers, payload });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}
async function contacts(by = key): Promise<ContactDto[]> {
  const answer = await api.app.inject({ url: '/v1/contacts', headers: by.headers });
  return answer.json<ContactPageDto>().data.reverse();
}
async function exported(accept = 'text/csv'): Promise<string> {
  return (await api.app.inject({ url: '/v1/contacts/export', headers: { ...key.headers, accept } })).body;
}

const LIST = `external_id,email,phone,locale,attributes
1,ann@example.org,'+33612345678,fr-FR,"{""plan"":""pro""}"
2,bob@example.org,,,
,eve@example.org,,de,
,,+33612345679,,
`;

describe('POST /v1/contacts/import', () => {
  it('makes each contact once, whatever it is known by', async () => {
    expect(await imported(LIST)).toMatchObject({ accepted: 4, created: 4, rejected: 0 });
    const before = await contacts();
    expect(before).toMatchObject([
      {
        external_id: '1',
        email: 'ann@example.org',
        phone: '+33612345678',
        locale: 'fr-FR',
        attributes: { plan: 'pro' },
      },
      { external_id: '2', email: 'bob@example.org', attributes: {} },
      { external_id: null, email: 'eve@example.org', locale: 'de' },
      { external_id: null, phone: '+33612345679' },
    ]);
    expect(await imported(LIST)).toMatchObject({ accepted: 4, created: 0, updated: 0, unchanged: 4 });
    expect(await contacts()).toEqual(before);
  });

  it('changes what a row says, and leaves the rest', async () => {
    await imported(LIST);
    const changes = `email,timezone,locale\nANN@example.org,Europe/Paris,\neve@example.org,,en\nnew@example.org,,`;
    expect(await imported(changes)).toMatchObject({ created: 1, updated: 2, unchanged: 0 });
    expect(await contacts()).toMatchObject([
      { external_id: '1', timezone: 'Europe/Paris', locale: 'fr-FR', attributes: { plan: 'pro' } },
      { external_id: '2' },
      { email: 'eve@example.org', locale: 'en' },
      {},
      { email: 'new@example.org' },
    ]);
  });

  it('takes rows of one person for one, the later for the last word', async () => {
    const rows = [
      { external_id: '1', email: 'ann@example.org', locale: 'fr' },
      { email: 'ann@example.org', timezone: 'Europe/Paris' },
      { external_id: '1', locale: 'de' },
    ];
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    expect(await imported(text, 'application/x-ndjson')).toMatchObject({ accepted: 3, created: 1 });
    expect(await contacts()).toMatchObject([{ external_id: '1', locale: 'de', timezone: 'Europe/Paris' }]);
    expect(await imported(text, 'application/x-ndjson')).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
  });

  it('tells what is wrong by line and column', async () => {
    const text =
      'external_id,email,phone,timezone,attributes\n1,x,,,\n2,,123,,\n3,,,Mars,\n4,,,,{no\n5,,,,[1]\n' +
      ',,,Europe/Paris,\n6,,,,\n';
    const answer = await imported(text);
    expect(answer).toMatchObject({ created: 1, rejected: 6 });
    expect(answer.errors).toMatchObject([
      { line: 2, column: 'email', code: 'invalid_address' },
      { line: 3, column: 'phone', code: 'invalid_address' },
      { line: 4, column: 'timezone', code: 'wrong_format' },
      { line: 5, column: 'attributes', code: 'wrong_format' },
      { line: 6, column: 'attributes', code: 'wrong_type' },
      { line: 7, column: 'external_id', code: 'required' },
    ]);
  });

  it.each([
    ['empty lines', 'application/x-ndjson', '\n'.repeat(5_000_000), { rejected: 0, complete: true }],
    ['lines of blanks', 'application/x-ndjson', ' \r\n'.repeat(2_000_000), { rejected: 0, complete: true }],
    ['empty rows', 'text/csv', `email,phone\n${',\n'.repeat(3_000_000)}`, { rejected: 100_000, complete: false }],
  ])('is not kept busy by millions of %s', async (_name, type, text, expected) => {
    const before = process.cpuUsage();
    expect(await imported(text, type)).toMatchObject(expected);
    const { user, system } = process.cpuUsage(before);
    // Looking at each of them costs 25 s; reading ends with row 100,000.
    expect((user + system) / 1_000).toBeLessThan(12_000);
  });

  it('refuses a header of very many columns', async () => {
    const payload = `${Array.from({ length: 16_000 }, (_, n) => `c${n}`).join(',')}\n`;
    const headers = { ...key.headers, 'content-type': 'text/csv' };
    const answer = await api.app.inject({ method: 'POST', url: '/v1/contacts/import', headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ errors: [{ field: 'header', code: 'too_long' }] });
  });

  it.each([
    ['CRLF after a header with LF', 'email,locale\nann@example.org,de\r\nbob@example.org,fr\r\n'],
    ['LF after a header with CRLF', 'email,locale\r\nann@example.org,de\nbob@example.org,fr\n'],
    ['CR alone', 'email,locale\rann@example.org,de\rbob@example.org,fr'],
    ['Excel’s line of the separator', 'sep=;\r\nemail;locale\r\nann@example.org;de\r\nbob@example.org;fr\r\n'],
    ['one of another separator', 'SEP=|\nemail|locale\nann@example.org|de\nbob@example.org|fr\n'],
  ])('reads a file with %s', async (_name, text) => {
    expect(await imported(text)).toMatchObject({ accepted: 2, rejected: 0, errors: [] });
    expect(await contacts()).toMatchObject([
      { email: 'ann@example.org', locale: 'de' },
      { email: 'bob@example.org', locale: 'fr' },
    ]);
  });

  it('counts the line of the separator', async () => {
    const list = 'sep=;\nemail;locale\nann@example.org;de\nnobody;fr\n';
    expect(await imported(list)).toMatchObject({ accepted: 1, errors: [{ line: 4, column: 'email' }] });
  });

  it('ends at a row of very many values at once', async () => {
    const before = process.cpuUsage();
    const list = `email,locale\nann@example.org,de\n${','.repeat(10_000_000)}\nbob@example.org,fr\n`;
    const told = { line: 3, code: 'too_long', message: 'has more than 1000 values in a row' };
    expect(await imported(list)).toMatchObject({ accepted: 1, complete: false, errors: [told] });
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });

  it('takes a quoted value with as many commas for one', async () => {
    const attributes = `"{""list"":[0${',0'.repeat(2_000)}]}"`;
    expect(await imported(`email,attributes\nann@example.org,${attributes}\n`)).toMatchObject({ rejected: 0 });
  });

  it('knows no contact of another tenant', async () => {
    await imported(LIST);
    const other = await api.newKey();
    expect(await imported(LIST, 'text/csv', other)).toMatchObject({ created: 4 });
    expect((await contacts()).map(({ id }) => id)).not.toContain((await contacts(other))[0]?.id);
  });

  it('makes one contact of two lists at once', async () => {
    const text = `email\n${Array.from({ length: 50 }, (_, n) => `p${n}@example.org`).join('\n')}`;
    const [a, b] = await Promise.all([imported(text), imported(text)]);
    expect(a.created + b.created).toBe(50);
  });
});

describe('GET /v1/contacts/export', () => {
  it.each([
    ['application/x-ndjson', true],
    ['text/csv;q=0.5, application/x-ndjson', true],
    ['text/csv, application/x-ndjson;q=0.5', false],
    ['text/csv, application/jsonl;q=0', false],
    ['application/x-ndjson;q=0, */*', false],
    ['application/json', false],
    ['*/*', false],
  ])('heeds the weights of Accept: %s', async (accept, json) => {
    await imported('email\nann@example.org\n');
    expect((await exported(accept)).startsWith('{')).toBe(json);
  });

  it('refuses conditions that it would not keep to', async () => {
    const answer = await api.app.inject({ url: '/v1/contacts/export?locale=de', headers: key.headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ errors: [{ field: 'locale', code: 'unknown_property' }] });
  });

  it('holds nothing that a spreadsheet takes for a formula, and is imported as it was', async () => {
    await imported(
      [
        { external_id: '=cmd()', attributes: { a: 'x,"y"\n' } },
        { external_id: "'@sum", email: 'ann@example.org', phone: '+33612345678' },
        { external_id: "'t Hooft" },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
      'application/x-ndjson',
    );
    const csv = await exported();
    for (const cell of csv.split(/[\r\n,]+/)) expect(cell).not.toMatch(/^"?[=+\-@\t]/);
    expect(csv).toContain("'=cmd()");
    expect(await imported(csv)).toMatchObject({ unchanged: 3, created: 0, updated: 0 });
    expect(await imported(await exported('application/x-ndjson'), 'application/x-ndjson')).toMatchObject({
      unchanged: 3,
    });
  });
});
