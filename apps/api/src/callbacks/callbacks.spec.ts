import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { callbackRows, callbackSteps, pathOf, PUBLIC } from '../../../../test/support/callback-steps.js';
import { CALLING_VENDORS, signed, type Told } from '../../../../test/support/calling-vendor.js';
import { TenantFactory } from '../../../../test/support/factories.js';

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

const scene = () => ({ api, tenant, connection });
const { made, call, tell } = callbackSteps(scene);
const { stored, rawOnes } = callbackRows(scene);

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

  it('may be as large as the vendor’s are, to 3 MB', async () => {
    const path = pathOf(await made({ provider: 'large' }), 'large');
    const sized = (bytes: number) => {
      const body = JSON.stringify([{ eventId: `${bytes}`, reason: '' }]).replace('""', `"${'x'.repeat(bytes)}"`);
      return call(path, body, signed('secret', PUBLIC + path, body));
    };
    expect((await sized(3_000_000)).statusCode).toBe(200);
    expect((await sized(3_145_728)).statusCode).toBe(413);
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

  it('counts once under several ids, where the vendor says that it is the same', async () => {
    await tell([
      { eventId: 'a', factId: 'one' },
      { eventId: 'b', factId: 'one' },
    ]);
    await Promise.all(
      ['c', 'd', 'a'].map((eventId) => tell([{ eventId, factId: 'one' }, { eventId: `of ${eventId}` }])),
    );
    // The same id, told of another time.
    await tell([{ eventId: 'a', factId: 'other' }]);
    expect((await stored()).map((each) => each['event_id']).sort()).toEqual(['a', 'of a', 'of c', 'of d']);
    await tell([{ eventId: 'a', factId: 'one' }], { id: await made() });
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
      expect(text).toMatch(
        new RegExp(`outbell_callbacks_received_total\\{provider="caller",result="${result}"\\} [1-9]`),
      );
    }
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
