import { createVerify, generateKeyPairSync } from 'node:crypto';
// Loaded beforehand: on a busy machine that takes longer than the calls here may.
import 'google-auth-library';
import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Received, type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { FcmProvider } from './fcm.provider.js';
import { DEVICE, push } from '../testing/outgoing-push.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const ACCOUNT = { project_id: 'our-app', client_email: 'canary@our-app.example', private_key: privateKey };
const ACCESS_TOKEN = 'canary-access-token';
const SEND = '/v1/projects/our-app/messages:send';

function providerAt(baseUrl: string, sendTimeoutMs = 2_000): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new FcmProvider({ service_account: ACCOUNT, base_url: baseUrl }, options);
}

function refusal(code: number, status: string, errorCode?: string, message = 'no'): Reply {
  const details = errorCode ? [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }] : [];
  return { status: code, body: { error: { code, status, message, details } } };
}

function quota(subject: string): Reply {
  const details = [
    { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'QUOTA_EXCEEDED' },
    { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ subject, description: 'too many' }] },
  ];
  return { status: 429, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'no', details } } };
}

function violation(field: string): Reply {
  const details = [
    { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'INVALID_ARGUMENT' },
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description: 'no' }] },
  ];
  return { status: 400, body: { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'no', details } } };
}

const taken: Reply = { status: 200, body: { name: 'projects/our-app/messages/0:1' } };
const granted: Reply = { status: 200, body: { access_token: ACCESS_TOKEN, expires_in: 3_599, token_type: 'Bearer' } };
const notAToken = refusal(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'The registration token is not a valid one');

function isDryRun({ body }: Received): boolean {
  return body.includes('"validate_only":true');
}

providerContract(
  'fcm',
  httpHarness({
    provider: providerAt,
    message: () => push(),
    secrets: [DEVICE, ACCESS_TOKEN, ACCOUNT.client_email, privateKey.split('\n')[1] as string],
    sends: (received) => received.path === SEND && !isDryRun(received),
    taken: () => taken,
    refusedForGood: refusal(404, 'NOT_FOUND', 'UNREGISTERED'),
    refusedForNow: { ...refusal(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'), headers: { 'retry-after': '2' } },
    refusedQuoting: (words) => refusal(400, words, words, words),
    other: ({ path }) => (path === '/token' ? granted : notAToken),
  }),
);

describe('FcmProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, token: Reply | 'hang' | 'reset' = granted): Promise<void> {
    server = await ScriptedHttpServer.start(({ path }) => (path === '/token' ? token : reply));
    provider = providerAt(server.url, 1_000);
  }

  function received(path: string): Received[] {
    return server.received.filter((request) => request.path === path);
  }

  it.each([
    [true, 'HIGH', '10'],
    [false, 'NORMAL', '5'],
  ])('posts what the device shows and its app gets; urgent %s', async (urgent, android, apns) => {
    await answering(taken);
    const outcome = await provider.send(push({ data: { order: '7' }, urgent }));
    expect(outcome).toEqual({ kind: 'sent', providerMessageId: 'projects/our-app/messages/0:1' });
    const [request] = received(SEND);
    expect([request?.method, request?.headers.authorization]).toEqual(['POST', `Bearer ${ACCESS_TOKEN}`]);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      message: {
        token: DEVICE,
        notification: { title: 'Parcel', body: 'Your parcel is here.' },
        data: { order: '7' },
        android: { priority: android },
        apns: { headers: { 'apns-priority': apns } },
      },
    });
  });

  it('is tried for as long as the message is worth it, on each kind of device', async () => {
    await answering(taken);
    const at = new Date('2027-01-31T12:00:00.900Z');
    await provider.send(push({ expires: { at, by: performance.now() + 90_500 } }));
    await provider.send(push({ expires: { at, by: performance.now() - 1 } }));
    await provider.send(push({ expires: { at, by: performance.now() + 60 * 86_400_000 } }));
    const told = received(SEND).map(({ body }) => JSON.parse(body).message);
    expect(told).toMatchObject(
      ['90', '0', '2419200'].map((ttl) => ({
        android: { ttl: `${ttl}s`, priority: 'NORMAL' },
        apns: { headers: { 'apns-expiration': String(Date.UTC(2027, 0, 31, 12) / 1_000), 'apns-priority': '5' } },
        webpush: { headers: { TTL: ttl } },
      })),
    );
  });

  it('asks for an access token with an assertion that the account has signed', async () => {
    await answering(taken);
    await provider.send(push());
    const form = new URLSearchParams(received('/token')[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: ACCOUNT.client_email,
      scope: 'https://www.googleapis.com/auth/firebase.messaging',
      aud: 'https://oauth2.googleapis.com/token',
    });
    const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
  });

  it('asks for one token for all messages', async () => {
    await answering(taken);
    await Promise.all([provider.send(push()), provider.send(push())]);
    await provider.send(push());
    expect([received('/token').length, received(SEND).length]).toEqual([1, 3]);
  });

  it('asks for another one when it is about to expire, or is not accepted', async () => {
    await answering(refusal(401, 'UNAUTHENTICATED'), granted);
    await provider.send(push());
    await provider.send(push());
    expect(received('/token')).toHaveLength(2);
    await provider.close();
    await server.stop();
    await answering(taken, { status: 200, body: { access_token: ACCESS_TOKEN, expires_in: 60, token_type: 'Bearer' } });
    await provider.send(push());
    await provider.send(push());
    expect(received('/token')).toHaveLength(2);
  });

  it.each([
    [
      { status: 400, body: { error: 'invalid_grant' } },
      { kind: 'retry', reason: 'authentication_failed' },
    ],
    [
      { status: 401, body: { error: 'invalid_client' } },
      { kind: 'retry', reason: 'authentication_failed' },
    ],
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 3_000 },
    ],
    [{ status: 500 }, { kind: 'retry', reason: 'server_unavailable' }],
    [{ status: 503 }, { kind: 'retry', reason: 'server_unavailable' }],
    [
      { status: 200, body: '<html>' },
      { kind: 'retry', reason: 'unreadable_reply' },
    ],
    ['reset', { kind: 'retry', reason: 'connection_lost' }],
    ['hang', { kind: 'retry', reason: 'timeout' }],
  ] as [Reply | 'hang' | 'reset', object][])(
    'has sent nothing when the exchange of the token ends in %j: %j',
    async (token, outcome) => {
      await answering(taken, token);
      expect(await provider.send(push())).toMatchObject(outcome);
      expect([received('/token').length, received(SEND).length]).toEqual([1, 0]);
      expect(await provider.verify()).toMatchObject({ ok: false });
    },
  );

  it('has sent nothing when there is a token and no connection', async () => {
    const headers = { connection: 'close' };
    await answering({ ...taken, headers }, { ...granted, headers });
    await provider.send(push());
    await server.stop();
    expect(await provider.send(push())).toMatchObject({ kind: 'retry', reason: 'connection_refused' });
  });

  it('does not offer what is larger than FCM takes, in bytes', async () => {
    await answering(taken);
    const room = 4_096 - JSON.stringify({ notification: { title: 'Parcel', body: '' } }).length;
    expect(await provider.send(push({ text: 'é'.repeat(Math.floor(room / 2)) }))).toMatchObject({ kind: 'sent' });
    const outcome = await provider.send(push({ text: 'é'.repeat(Math.floor(room / 2) + 1) }));
    expect(outcome).toEqual({ kind: 'rejected', reason: 'message_too_large' });
    expect(received(SEND)).toHaveLength(1);
  });

  it('leaves a browser’s subscription alone', async () => {
    await answering(taken);
    const outcome = await provider.send(push({ to: '{"endpoint":"https://push.example/1"}' }));
    expect(outcome).toEqual({ kind: 'rejected', reason: 'bad_token' });
    expect(server.received).toHaveLength(0);
  });

  it.each([
    [refusal(404, 'NOT_FOUND', 'UNREGISTERED'), { kind: 'rejected', reason: 'bad_token', suppress: 'invalid' }],
    [
      refusal(403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'),
      { kind: 'rejected', reason: 'bad_token', suppress: undefined },
    ],
    [notAToken, { kind: 'rejected', reason: 'bad_token', suppress: 'invalid' }],
    [violation('message.token'), { kind: 'rejected', reason: 'bad_token', suppress: 'invalid' }],
    [violation('message.data[0].value'), { kind: 'rejected', reason: 'refused', suppress: undefined }],
    [
      refusal(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'Request contains an invalid argument.'),
      { kind: 'rejected', reason: 'refused', suppress: undefined },
    ],
    [
      { ...refusal(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'), headers: { 'retry-after': '5' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 5_000, detail: { status: 429, code: 'QUOTA_EXCEEDED' } },
    ],
    [refusal(401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR'), { kind: 'retry', reason: 'third_party_auth_failed' }],
    [quota('project:our-app'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [quota('device:abc'), { kind: 'retry', reason: 'recipient_rate_limited' }],
    [refusal(403, 'PERMISSION_DENIED'), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(404, 'NOT_FOUND'), { kind: 'rejected', reason: 'refused', suppress: undefined }],
    [refusal(500, 'INTERNAL', 'INTERNAL'), { kind: 'unknown', reason: 'vendor_error' }],
    [
      { ...refusal(503, 'UNAVAILABLE', 'UNAVAILABLE'), headers: { 'retry-after': '7' } },
      { kind: 'retry', reason: 'server_unavailable', after: 7_000 },
    ],
    [
      { status: 200, body: {} },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    const seen = await provider.send(push());
    expect({ suppress: undefined, ...seen }).toMatchObject(outcome);
  });

  it.each([
    [notAToken, { ok: true }],
    [refusal(403, 'PERMISSION_DENIED'), { ok: false, reason: 'authentication_failed' }],
    [{ status: 500 }, { ok: false, reason: 'vendor_error' }],
  ] as [Reply, object][])('verifies by a dry run: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(received(SEND).map(isDryRun)).toEqual([true]);
  });
});
