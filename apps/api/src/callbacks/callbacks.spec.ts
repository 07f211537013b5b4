import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { callingConnection, CALLING_VENDORS, signed, type Told } from '../../../../test/support/calling-vendor.js';
import { TenantFactory } from '../../../../test/support/factories.js';

/** A proxy in front calls the API something else. */
const PUBLIC = 'https://mail.example.com';

/** As a server writes it that knows nobody of that name. */
const BOUNCE = [
  'From: Mail Delivery System <mailer-daemon@mx.example.net>',
  'To: shop@example.com',
  'Subject: Undelivered Mail Returned to Sender',
  'Message-ID: <bounce-1@mx.example.net>',
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  '<ann@example.org>: host mx.example.net said: 550 5.1.1 User unknown',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.net',
  '',
  'Final-Recipient: rfc822; ann@example.org',
  'Action: failed',
  'Status: 5.1.1',
  'Diagnostic-Code: smtp; 550 5.1.1 User unknown',
  '--b--',
  '',
].join('\r\n');
const NO_BOUNCE = 'From: ann@example.org\r\nSubject: Hello\r\n\r\nHow are you?\r\n';

let api: TestApi;
let tenant: TenantFactory;
let connection: string;

beforeAll(async () => {
  api = await TestApi.start({ PUBLIC_URL: PUBLIC, TRUST_PROXY: 'true' }, [], CALLING_VENDORS);
});
afterAll(() => api.stop());
beforeEach(async () => {
  tenant = await TenantFactory.create(api.database.dataSource);
  connection = await made();
});

function made(options: { provider?: string; secrets?: string[] } = {}, tenantId = tenant.tenantId): Promise<string> {
  return callingConnection(api.database.dataSource, api.app.get(Vault), tenantId, options);
}

/** Each from an address of its own: one spec's failures are not another's. */
let caller = 0;

function call(path: string, body: string, headers: Record<string, string> = {}, type = 'application/json') {
  caller += 1;
  return api.app.inject({
    method: 'POST',
    url: path,
    payload: body,
    headers: { 'content-type': type, 'x-forwarded-for': `10.0.${caller >> 8}.${caller & 255}`, ...headers },
  });
}

const pathOf = (id: string, provider = 'caller') => `/callbacks/${provider}/${id}`;

/** The vendor tells something, rightly signed. */
function tell(told: Told[], { id = connection, secret = 'secret', type = 'application/json', query = '' } = {}) {
  const path = pathOf(id) + query;
  const body = JSON.stringify(told);
  return call(path, body, signed(secret, PUBLIC + path, body), type);
}

async function stored(): Promise<Record<string, unknown>[]> {
  return api.database.dataSource.query(
    `SELECT event_id, kind, state, message_id, provider_message_id, evidence FROM callback_event WHERE tenant_id = $1 ORDER BY id`,
    [tenant.tenantId],
  );
}

async function rawOnes(): Promise<{ body: Buffer; headers: object; path: string; state: string; method: string }[]> {
  return api.database.dataSource.query(
    `SELECT method, path, headers, body, state FROM callback WHERE tenant_id = $1 ORDER BY id`,
    [tenant.tenantId],
  );
}

describe('a callback', () => {
  it('is stored as it came, with what it says, and answered with nothing', async () => {
    const messageId = newId();
    const told: Told[] = [
      { eventId: 'a', kind: 'bounced', messageId, at: '2026-11-01T00:00:00Z', address: 'Ann@Example.org', reason: 'x' },
      { eventId: 'b', kind: 'opened', providerMessageId: 'v-1', messageId: 'not ours' },
    ];
    const answer = await tell(told);
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(await stored()).toEqual([
      expect.objectContaining({
        event_id: 'a',
        kind: 'bounced',
        state: 'new',
        message_id: messageId,
        evidence: expect.objectContaining({ receipt: 'bounced', reason: 'x', address: 'ann@example.org' }) as object,
      }),
      expect.objectContaining({ event_id: 'b', kind: 'opened', message_id: null, provider_message_id: 'v-1' }),
    ]);
    const [raw] = await rawOnes();
    expect(raw).toMatchObject({ method: 'POST', path: pathOf(connection), state: 'read' });
    expect(raw?.body.toString()).toBe(JSON.stringify(told));
    expect(raw?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-signature': expect.any(String) as string,
    });
    expect(JSON.stringify(raw?.headers)).not.toContain('10.0.');
  });

  it.each([
    'application/json',
    'text/plain; charset=UTF-8',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
  ])('may be %s, byte by byte what was signed', async (type) => {
    const path = pathOf(connection);
    const body = ` [ {"eventId":"${type}",  "reason":"é"} ]\r\n`;
    const answer = await call(path, body, signed('secret', PUBLIC + path, body), type);
    expect(answer.statusCode, answer.body).toBe(200);
    expect((await rawOnes())[0]?.body.toString()).toBe(body);
  });

  it('may be larger than a form, but not than 1 MB', async () => {
    const type = 'application/x-www-form-urlencoded';
    expect((await tell([{ reason: 'x'.repeat(100_000) }], { type })).statusCode).toBe(200);
    for (const each of [type, 'text/plain']) {
      expect((await tell([{ reason: 'x'.repeat(1_100_000) }], { type: each })).statusCode).toBe(413);
    }
  });

  it('may come by GET, all in its address', async () => {
    const path = `${pathOf(connection)}?told=${encodeURIComponent('[{"eventId":"by GET"}]')}`;
    const answer = await api.app.inject({ url: path, headers: signed('secret', PUBLIC + path, '') });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(await stored()).toEqual([expect.objectContaining({ event_id: 'by GET' })]);
    expect(await rawOnes()).toEqual([expect.objectContaining({ method: 'GET', path })]);
  });

  it('counts once, however often and in however many pieces it is told', async () => {
    const told: Told[] = [{ eventId: 'a' }, { eventId: 'b' }];
    const answers = await Promise.all([tell(told), tell(told), tell([told[1]!, { eventId: 'c' }]), tell(told)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect((await stored()).map((each) => each['event_id']).sort()).toEqual(['a', 'b', 'c']);
    expect((await rawOnes()).length).toBeLessThanOrEqual(2);
    const other = await made();
    await tell(told, { id: other });
    expect(await stored()).toHaveLength(5);
  });

  it('of a long id, of texts that PostgreSQL does not hold, or of nothing is taken too', async () => {
    const eventId = 'long'.repeat(1_000);
    expect((await tell([{ eventId, reason: 'nul \0 half \ud83d' }])).statusCode).toBe(200);
    expect((await tell([])).statusCode).toBe(200);
    const rows = await stored();
    expect(rows).toHaveLength(1);
    expect(String(rows[0]?.['event_id'])).toHaveLength(43);
    expect(await rawOnes()).toHaveLength(1);
  });

  it('of an unknown message is kept', async () => {
    expect((await tell([{ messageId: newId() }])).statusCode).toBe(200);
    expect(await stored()).toHaveLength(1);
  });

  it('is counted by what became of it', async () => {
    await tell([{ eventId: 'counted' }]);
    await tell([{ eventId: 'counted' }]);
    await call(pathOf(connection), '[]');
    const text = (await api.app.inject({ url: '/metrics' })).body;
    for (const result of ['stored', 'known', 'refused']) {
      expect(text).toMatch(new RegExp(`callbacks_received_total\\{provider="caller",result="${result}"\\} [1-9]`));
    }
  });
});

describe('a vendor is believed', () => {
  it('by the public address it called, whatever the proxy made of it', async () => {
    const path = `${pathOf(connection)}?m=1`;
    const body = '[{}]';
    const behind = { host: 'api.internal:3000', ...signed('secret', PUBLIC + path, body) };
    expect((await call(path, body, behind)).statusCode).toBe(200);
    const asHeard = signed('secret', `http://api.internal:3000${path}`, body);
    expect((await call(path, body, { host: 'api.internal:3000', ...asHeard })).statusCode).toBe(401);
  });

  it('with the former secret while it is being exchanged, and no longer', async () => {
    connection = await made({ secrets: ['new', 'old'] });
    expect((await tell([{ eventId: 'n' }], { secret: 'new' })).statusCode).toBe(200);
    expect((await tell([{ eventId: 'o' }], { secret: 'old' })).statusCode).toBe(200);
    const { keyId, sealedKey, sealedData } = api.app
      .get(Vault)
      .seal({ tenantId: tenant.tenantId, rowId: connection }, { secrets: ['new'] });
    await api.database.dataSource.query(
      `UPDATE connection SET key_id = $2, sealed_key = $3, sealed_data = $4, version = version + 1 WHERE id = $1`,
      [connection, keyId, sealedKey, sealedData],
    );
    expect((await tell([{ eventId: 'o2' }], { secret: 'old' })).statusCode).toBe(401);
  });

  it('when the connection is not used any more', async () => {
    await api.database.dataSource.query(`UPDATE connection SET active = false WHERE id = $1`, [connection]);
    expect((await tell([{}])).statusCode).toBe(200);
  });
});

describe('nobody else is believed', () => {
  it.each<[string, (path: string, body: string) => [body: string, headers: Record<string, string>]]>([
    ['no signature', (_path, body) => [body, {}]],
    ['another secret', (path, body) => [body, signed('other', PUBLIC + path, body)]],
    ['a signature of another address', (path, body) => [body, signed('secret', `${PUBLIC}${path}x`, body)]],
    [
      'a body that was read and written again',
      (path, body) => [JSON.stringify(JSON.parse(body), null, 1), signed('secret', PUBLIC + path, body)],
    ],
    ['a body that was changed', (path, body) => [body.replace('e9', 'e8'), signed('secret', PUBLIC + path, body)]],
    ['a stale time', (path, body) => [body, signed('secret', PUBLIC + path, body, Date.now() - 301_000)]],
    ['a future time', (path, body) => [body, signed('secret', PUBLIC + path, body, Date.now() + 301_000)]],
  ])('who comes with %s', async (_name, made) => {
    const path = pathOf(connection);
    const [body, headers] = made(path, '[{"eventId":"e9"}]');
    const answer = await call(path, body, headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(await stored()).toEqual([]);
    expect(await rawOnes()).toEqual([]);
  });

  it('whose body cannot even be looked at for a signature, and it counts as guessing', async () => {
    const from = { 'x-forwarded-for': '192.0.2.8' };
    const codes = [];
    for (let guess = 0; guess < 21; guess++) codes.push((await call(pathOf(connection), 'SIGNED', from)).statusCode);
    expect(codes).toEqual([...Array<number>(20).fill(401), 429]);
    expect(await rawOnes()).toEqual([]);
  });

  it('who has another tenant’s secret', async () => {
    const other = await TenantFactory.create(api.database.dataSource);
    await made({ secrets: ['theirs'] }, other.tenantId);
    expect((await tell([{}], { secret: 'theirs' })).statusCode).toBe(401);
    expect(await stored()).toEqual([]);
  });

  it('who names another provider, no connection, or none that calls back', async () => {
    const smtp = await tenant.smtpConnection(25, api.app.get(Vault));
    const paths = [
      pathOf(connection, 'quiet'),
      pathOf(connection, 'constructor'),
      pathOf(newId()),
      pathOf('1'),
      pathOf(smtp, 'smtp'),
    ];
    for (const path of paths) {
      const answer = await call(path, '[{}]', signed('secret', PUBLIC + path, '[{}]'));
      expect(answer.statusCode, path).toBe(404);
    }
    expect(await stored()).toEqual([]);
  });

  it('for long who guesses; but a connection that works is listened to', async () => {
    expect((await tell([{ eventId: 'before' }])).statusCode).toBe(200);
    const from = { 'x-forwarded-for': '192.0.2.7' };
    for (let guess = 0; guess < 20; guess++) await call(pathOf(newId()), '[{}]', from);
    const refused = await call(pathOf(newId()), '[{}]', from);
    expect([refused.statusCode, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    const path = pathOf(connection);
    const body = '[{"eventId":"after"}]';
    // Nor does it matter who else calls it in vain from there.
    expect((await call(path, body, { ...signed('guessed', PUBLIC + path, body), ...from })).statusCode).toBe(401);
    expect((await call(path, body, { ...signed('secret', PUBLIC + path, body), ...from })).statusCode).toBe(200);
  });
});

describe('the token of the address', () => {
  const tokenOf = (id: string) => new URL(api.app.get(CallbackAddress).of('quiet', id)).search;

  it('is all a vendor has that signs nothing, and is good for one connection', async () => {
    const [quiet, other] = [await made({ provider: 'quiet' }), await made({ provider: 'quiet' })];
    const path = pathOf(quiet, 'quiet');
    const codes = [];
    for (const query of [tokenOf(quiet), tokenOf(other), '?t=', '']) {
      codes.push((await call(path + query, '[{"eventId":"q"}]')).statusCode);
    }
    expect(codes).toEqual([200, 401, 401, 401]);
    expect((await rawOnes()).map((raw) => raw.path)).toEqual([path]);
  });

  it('is not kept, wherever a proxy has copied it to', async () => {
    const quiet = await made({ provider: 'quiet' });
    const path = pathOf(quiet, 'quiet');
    const copied = { 'x-original-uri': path + tokenOf(quiet), 'x-scheme': 'https' };
    const encoded = tokenOf(quiet).replace('?t', '?%74');
    expect((await call(path + encoded, '[{"eventId":"q"}]', copied)).statusCode).toBe(200);
    expect(await rawOnes()).toEqual([expect.objectContaining({ path })]);
    expect((await rawOnes())[0]?.headers).toEqual(expect.not.objectContaining({ 'x-original-uri': expect.anything() }));
  });

  it('may be left out by who signs, and must be right where it is not', async () => {
    expect((await tell([{ eventId: 'right' }], { query: tokenOf(connection) })).statusCode).toBe(200);
    expect((await tell([{ eventId: 'wrong' }], { query: tokenOf(newId()) })).statusCode).toBe(401);
  });
});

describe('what is no evidence', () => {
  it('is a challenge, answered as text', async () => {
    const path = `${pathOf(connection)}?challenge=%3Cb%3E`;
    const answer = await api.app.inject({ url: path, headers: signed('secret', PUBLIC + path, '') });
    expect([answer.statusCode, answer.body]).toEqual([200, '<b>']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(await rawOnes()).toEqual([]);
  });

  it.each([
    'http://93.184.215.14/x',
    'http://127.0.0.1/x',
    'ftp://example.com/x',
    'https://127.0.0.1/x',
    'https://169.254.169.254/x',
    'https://[::1]/x',
    'https://u:p@example.com/',
  ])('leads to no %s', async (url) => {
    const path = pathOf(connection);
    const answer = await call(path, `fetch ${url}`, signed('secret', PUBLIC + path, `fetch ${url}`), 'text/plain');
    expect(answer.body).toMatch(
      /^refused: \w+: (only https|.* is a private or reserved address|.* may not be reached without encryption)/,
    );
  });

  it('may be unreadable: then it is refused, and kept to be looked at', async () => {
    const path = pathOf(connection);
    const answer = await call(path, 'hello', signed('secret', PUBLIC + path, 'hello'));
    expect(answer.statusCode).toBe(400);
    expect(await rawOnes()).toEqual([expect.objectContaining({ state: 'unreadable' })]);
    expect(await stored()).toEqual([]);
  });
});

describe('POST /v1/bounce-mails', () => {
  async function hand(mail: string, { type = 'message/rfc822', scopes = ['messages:write' as const] } = {}) {
    const key = await api.newKey({ tenantId: tenant.tenantId, scopes });
    const headers = { ...key.headers, 'content-type': type };
    return api.app.inject({ method: 'POST', url: '/v1/bounce-mails', payload: mail, headers });
  }

  it('stores what a mail says, once', async () => {
    const answer = await hand(BOUNCE);
    expect([answer.statusCode, answer.json()]).toEqual([200, { told: 1, fresh: 1 }]);
    expect((await hand(BOUNCE)).json()).toEqual({ told: 1, fresh: 0 });
    expect(await stored()).toEqual([
      expect.objectContaining({
        kind: 'bounced',
        state: 'new',
        evidence: expect.objectContaining({ suppress: 'invalid' }) as object,
      }),
    ]);
    expect((await rawOnes())[0]?.body.toString()).toBe(BOUNCE);
  });

  it('of one tenant is not another’s', async () => {
    await hand(BOUNCE);
    tenant = await TenantFactory.create(api.database.dataSource);
    expect((await hand(BOUNCE)).json()).toEqual({ told: 1, fresh: 1 });
    expect(await stored()).toHaveLength(1);
  });

  it('takes mails that are no bounces, and nothing that is no mail', async () => {
    expect((await hand(NO_BOUNCE)).json()).toEqual({ told: 0, fresh: 0 });
    expect((await hand('no mail at all')).statusCode).toBe(400);
    expect((await hand('')).statusCode).toBe(400);
    expect((await hand('{}', { type: 'application/json' })).statusCode).toBe(415);
    expect((await hand('x'.repeat(10_500_000))).statusCode).toBe(413);
    expect(await rawOnes()).toEqual([]);
  });

  it('needs its scope', async () => {
    const key = await api.newKey({ scopes: ['messages:read'] });
    const headers = { ...key.headers, 'content-type': 'message/rfc822' };
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/bounce-mails',
      payload: BOUNCE,
      headers,
    });
    expect(answer.statusCode).toBe(403);
  });
});
