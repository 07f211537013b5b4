import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { callbackRows, callbackSteps, pathOf, PUBLIC } from '../../../../test/support/callback-steps.js';
import { CALLING_VENDORS, signed } from '../../../../test/support/calling-vendor.js';
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
  const tokenOf = (id: string) => new URL(api.app.get(CallbackAddress).addressOf('quiet', id)).search;

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
