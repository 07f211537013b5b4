import { createECDH, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
// Loaded beforehand: on a busy machine that takes longer than the calls here may.
import webPush from 'web-push';
import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { push } from '../testing/outgoing-push.js';
import { WebPushCredentials } from './web-push.credentials.js';
import { WebPushProvider } from './web-push.provider.js';

const VAPID = webPush.generateVAPIDKeys();
const CREDENTIALS = { public_key: VAPID.publicKey, private_key: VAPID.privateKey, subject: 'mailto:push@example.com' };
const BROWSER = createECDH('prime256v1');
const KEYS = { p256dh: BROWSER.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
const ENDPOINT = '/wpush/v2/canary-subscription';

function providerWith(sendTimeoutMs: number, outboundAllow = ['127.0.0.0/8']): Provider {
  return new WebPushProvider(CREDENTIALS, { sendTimeoutMs, outboundAllow });
}

function subscription(url: string, keys: object = KEYS): string {
  return JSON.stringify({ endpoint: `${url}${ENDPOINT}`, expirationTime: null, keys });
}

const taken: Reply = { status: 201, headers: { location: 'https://push.example/m/1' } };

// Browsers choose where their messages go: the address of the vendor is part of each.
let pushService = '';
providerContract(
  'web-push',
  httpHarness({
    provider: (baseUrl, sendTimeoutMs) => {
      pushService = baseUrl;
      return providerWith(sendTimeoutMs);
    },
    message: () => push({ to: subscription(pushService) }),
    secrets: [ENDPOINT, KEYS.p256dh, KEYS.auth, VAPID.privateKey],
    sends: () => true,
    taken: () => taken,
    refusedForGood: { status: 410 },
    refusedForNow: { status: 429, headers: { 'retry-after': '2' } },
    refusedQuoting: (words) => ({ status: 400, body: words, headers: { location: ENDPOINT } }),
  }),
);

describe('WebPushProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, outboundAllow?: string[]): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerWith(2_000, outboundAllow);
  }

  it.each([
    [true, 'high'],
    [false, 'normal'],
  ])('posts what only this browser can read; urgent %s', async (urgent, urgency) => {
    await answering(taken);
    const outcome = await provider.send(push({ to: subscription(server.url), data: { order: '7' }, urgent }));
    expect(outcome).toEqual({ kind: 'sent', providerMessageId: 'https://push.example/m/1' });
    const [{ method, path, headers, bytes }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', ENDPOINT]);
    expect(headers).toMatchObject({ ttl: '86400', urgency, 'content-encoding': 'aes128gcm' });
    const ece = createRequire(import.meta.url)('http_ece');
    const clear = ece.decrypt(bytes, { version: 'aes128gcm', privateKey: BROWSER, authSecret: KEYS.auth });
    expect(JSON.parse(clear.toString())).toEqual({
      title: 'Parcel',
      body: 'Your parcel is here.',
      data: { order: '7' },
    });
  });

  it.each([
    [90_500, '90'],
    [-1, '0'],
    [60 * 86_400_000, '2419200'],
  ])('is kept for as long as it is worth it: %i ms are a TTL of %s', async (leftMs, ttl) => {
    await answering(taken);
    const expires = { at: new Date(), by: performance.now() + leftMs };
    await provider.send(push({ to: subscription(server.url), expires, bulk: true }));
    expect(server.received[0]?.headers).toMatchObject({ ttl, urgency: 'low' });
  });

  it('takes the place of itself where an earlier call of it still waits', async () => {
    await answering(taken);
    const message = push({ to: subscription(server.url) });
    await provider.send(message);
    expect(server.received[0]?.headers['topic']).toBe(message.messageId.replaceAll('-', ''));
  });

  it('says who sends, to this push service alone', async () => {
    await answering(taken);
    await provider.send(push({ to: subscription(server.url) }));
    const [, jwt = '', key] = /^vapid t=(\S+), k=(\S+)$/.exec(server.received[0]?.headers.authorization ?? '') ?? [];
    expect(key).toBe(VAPID.publicKey);
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ aud: server.url, sub: CREDENTIALS.subject });
  });

  it('does not offer what is larger than push services take, in bytes', async () => {
    await answering(taken);
    const room = 3_993 - JSON.stringify({ body: '' }).length;
    const to = subscription(server.url);
    const sized = (length: number) => push({ to, title: undefined, text: 'a'.repeat(length) });
    expect(await provider.send(sized(room))).toMatchObject({ kind: 'sent' });
    expect(server.received[0]?.bytes.length).toBeLessThanOrEqual(4_096);
    expect(await provider.send(sized(room + 1))).toEqual({ kind: 'rejected', reason: 'message_too_large' });
    const wide = push({ to, title: undefined, text: 'é'.repeat(room - 10) });
    expect(await provider.send(wide)).toEqual({ kind: 'rejected', reason: 'message_too_large' });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['a device’s token', () => 'fcm-token'],
    ['no keys', () => JSON.stringify({ endpoint: server.url })],
    ['keys that are none', () => subscription(server.url, { p256dh: 'AAAA', auth: 'AAAA' })],
    ['a key that is no point of the curve', () => subscription(server.url, { ...KEYS, p256dh: `B${'A'.repeat(86)}` })],
    ['another scheme', () => subscription('ftp://127.0.0.1')],
    ['no address', () => subscription('https://')],
  ])('offers nothing to %s, and suppresses nobody for it', async (_, to) => {
    await answering(taken);
    expect(await provider.send(push({ to: to() }))).toEqual({ kind: 'rejected', reason: 'bad_token' });
    expect(server.received).toHaveLength(0);
  });

  it.each(['https://gone.invalid', 'https://INVALID', 'http://push.gone.invalid.:8443'])(
    'knows that %s leads nowhere, without asking: that subscription is dead',
    async (url) => {
      await answering(taken);
      const outcome = await provider.send(push({ to: subscription(url) }));
      expect(outcome).toEqual({ kind: 'rejected', reason: 'bad_token', suppress: 'invalid' });
    },
  );

  it('tells the host that a recipient names, however it is written', () => {
    const hosts = ['https://Push.example/a', 'https://push.example:443/b?c', 'https://x@push.example/'].map((url) =>
      WebPushProvider.hostOf?.(JSON.stringify({ endpoint: url, keys: KEYS })),
    );
    expect(hosts).toEqual(Array(3).fill('https://push.example'));
    expect(WebPushProvider.hostOf?.('a device’s token')).toBe('');
  });

  it('calls no private address that a recipient names', async () => {
    await answering(taken, []);
    for (const url of [server.url, server.url.replace('http:', 'https:'), 'https://[::ffff:127.0.0.1]:1']) {
      const outcome = await provider.send(push({ to: subscription(url) }));
      expect(outcome).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
    }
    expect(server.received).toHaveLength(0);
  });

  it.each([
    [{ status: 404 }, { kind: 'rejected', reason: 'bad_token', suppress: 'invalid', detail: { status: 404 } }],
    [{ status: 410 }, { kind: 'rejected', reason: 'bad_token', suppress: 'invalid', detail: { status: 410 } }],
    [{ status: 413 }, { kind: 'rejected', reason: 'message_too_large', detail: { status: 413 } }],
    [{ status: 400 }, { kind: 'rejected', reason: 'refused', detail: { status: 400 } }],
    [{ status: 401 }, { kind: 'retry', reason: 'subscription_refused', detail: { status: 401 } }],
    [{ status: 403 }, { kind: 'retry', reason: 'subscription_refused', detail: { status: 403 } }],
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'recipient_rate_limited', after: 3_000, detail: { status: 429 } },
    ],
    [{ status: 503 }, { kind: 'retry', reason: 'server_unavailable', detail: { status: 503 } }],
    [{ status: 500 }, { kind: 'unknown', reason: 'vendor_error', detail: { status: 500 } }],
    [{ status: 307 }, { kind: 'unknown', reason: 'unreadable_reply', detail: { status: 307 } }],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(push({ to: subscription(server.url) }))).toEqual(outcome);
  });

  it.each([
    ['says no address', {}],
    ['gives the subscription’s own address', { location: `https://push.example${ENDPOINT}` }],
  ])('knows a message by our id when the push service %s', async (_, headers) => {
    await answering({ status: 200, headers });
    const message = push({ to: subscription(server.url) });
    expect(await provider.send(message)).toEqual({ kind: 'sent', providerMessageId: message.messageId });
  });
});

describe('WebPushCredentials', () => {
  const other = webPush.generateVAPIDKeys();

  it.each([
    [other.privateKey, { ok: false, reason: 'keys_do_not_match' }],
    [Buffer.alloc(32).toString('base64url'), { ok: false, reason: 'keys_do_not_match' }],
    [VAPID.privateKey, { ok: true }],
  ])('are verified by whether the keys belong together', async (privateKey, verification) => {
    const options = { sendTimeoutMs: 1_000, outboundAllow: [] };
    const provider = new WebPushProvider({ ...CREDENTIALS, private_key: privateKey }, options);
    expect(await provider.verify()).toEqual(verification);
    await provider.close();
  });

  it.each([
    [{}, []],
    [{ subject: 'https://example.com/contact' }, []],
    [{ public_key: VAPID.privateKey }, ['public_key']],
    [{ public_key: `${VAPID.publicKey}=` }, ['public_key']],
    [{ private_key: VAPID.publicKey }, ['private_key']],
    [{ subject: 'push@example.com' }, ['subject']],
    [{ subject: 'https://localhost/' }, ['subject']],
    [{ subject: 'https://%' }, ['subject']],
    [{ subject: 7 }, ['subject']],
  ])('with %j are wrong in %j', async (fields, wrong) => {
    const errors = await validate(plainToInstance(WebPushCredentials, { ...CREDENTIALS, ...fields }));
    expect(errors.map(({ property }) => property)).toEqual(wrong);
  });
});
