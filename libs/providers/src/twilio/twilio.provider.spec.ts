// Loaded beforehand: on a busy machine that takes longer than the calls here may.
import 'twilio';
import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import {
  ACCOUNT_SID,
  accountOf,
  AUTH_TOKEN,
  MESSAGE_SID,
  MESSAGES,
  refusal,
  TWILIO,
  twilioCredentials,
} from './testing/twilio-vendor.js';
import type { TwilioCredentials } from './twilio.credentials.js';
import { RECIPIENT, sms } from '../testing/outgoing-sms.js';
import { TwilioProvider } from './twilio.provider.js';

const ALLOWED = { outboundAllow: ['127.0.0.0/8'] };

providerContract(
  'twilio',
  httpHarness({
    ...TWILIO,
    provider: (baseUrl, sendTimeoutMs) => new TwilioProvider(twilioCredentials(baseUrl), { sendTimeoutMs, ...ALLOWED }),
    message: () => sms(),
    secrets: [AUTH_TOKEN, ACCOUNT_SID, RECIPIENT, RECIPIENT.slice(1)],
  }),
);

describe('TwilioProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, fields: Partial<TwilioCredentials> = {}, callbackUrl?: string): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    const credentials = twilioCredentials(server.url, fields);
    provider = new TwilioProvider(credentials, { sendTimeoutMs: 2_000, ...ALLOWED, callbackUrl });
  }

  const taken: Reply = { status: 201, body: { sid: MESSAGE_SID, status: 'queued' } };

  function form(): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(server.received[0]?.body));
  }

  it('posts the message as a form, with the account’s credentials in the header alone', async () => {
    await answering(taken);
    expect(await provider.send(sms({ text: 'Grüße & 👋' }))).toEqual({
      kind: 'sent',
      providerMessageId: MESSAGE_SID,
      detail: { segments: 1 },
    });
    const [{ method, path, headers }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', MESSAGES]);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers.authorization).toBe(`Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`);
    expect(form()).toEqual({ From: '+33698765432', To: RECIPIENT, Body: 'Grüße & 👋' });
  });

  it('leaves the sender to the messaging service, and asks for callbacks with our id', async () => {
    const service = 'MG0123456789abcdef0123456789abcdef';
    await answering(taken, { messaging_service_sid: service }, 'https://api.example.com/callbacks/twilio/c1?t=abc');
    const message = sms();
    await provider.send(message);
    expect(form()).toEqual({
      MessagingServiceSid: service,
      To: RECIPIENT,
      Body: message.text,
      StatusCallback: `https://api.example.com/callbacks/twilio/c1?t=abc&m=${message.messageId}`,
    });
  });

  it.each([
    [90_500, '90'],
    [-1, '1'],
    [36_001_000, undefined],
  ])('says how long it is worth sending: %i ms are a ValidityPeriod of %s', async (leftMs, validity) => {
    await answering(taken);
    await provider.send(sms({ expires: { at: new Date(), by: performance.now() + leftMs } }));
    expect(form()['ValidityPeriod']).toBe(validity);
  });

  it('keeps the path of what stands in for Twilio', async () => {
    server = await ScriptedHttpServer.start(() => taken);
    provider = new TwilioProvider(twilioCredentials(`${server.url}/twilio/`), { sendTimeoutMs: 2_000, ...ALLOWED });
    await provider.send(sms());
    expect(server.received[0]?.path).toBe(`/twilio${MESSAGES}`);
  });

  it('does not offer what is longer than Twilio takes', async () => {
    await answering(taken);
    expect(await provider.send(sms({ text: '👋'.repeat(1_600) }))).toMatchObject({ kind: 'sent' });
    expect(await provider.send(sms({ text: 'a'.repeat(1_601) }))).toEqual({
      kind: 'rejected',
      reason: 'message_too_large',
    });
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [refusal(400, 21211), { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    [refusal(400, 21614), { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    [refusal(400, 21217), { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    [refusal(400, 21610), { kind: 'rejected', reason: 'recipient_opted_out', suppress: 'unsubscribe' }],
    [refusal(400, 21408), { kind: 'rejected', reason: 'policy_rejected', detail: { status: 400, code: 21408 } }],
    [refusal(400, 21612), { kind: 'rejected', reason: 'undelivered', detail: { status: 400, code: 21612 } }],
    [refusal(400, 21606), { kind: 'rejected', reason: 'sender_refused' }],
    [refusal(400, 21617), { kind: 'rejected', reason: 'message_too_large' }],
    [refusal(400, 30006), { kind: 'rejected', reason: 'undelivered' }],
    [refusal(400, 30007), { kind: 'rejected', reason: 'carrier_filtered' }],
    [refusal(400, 30003), { kind: 'rejected', reason: 'handset_unreachable' }],
    [refusal(400, 30004), { kind: 'rejected', reason: 'recipient_blocks_sender' }],
    [refusal(400, 29999), { kind: 'rejected', reason: 'refused', detail: { status: 400, code: 29999 } }],
    [refusal(401, 20003), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(403, 20003), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(403, 30002), { kind: 'retry', reason: 'account_locked' }],
    [refusal(429, 30001), { kind: 'retry', reason: 'vendor_queue_full' }],
    [
      { ...refusal(429, 20429), headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 3_000 },
    ],
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 3_000 },
    ],
    [
      { status: 503, headers: { 'retry-after': '4' } },
      { kind: 'retry', reason: 'server_unavailable', after: 4_000 },
    ],
    [refusal(500, 20500), { kind: 'unknown', reason: 'vendor_error', detail: { status: 500, code: 20500 } }],
    [
      { status: 201, body: {} },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(sms())).toMatchObject(outcome);
    expect(server.received).toHaveLength(1);
  });

  it('suppresses nobody for what is not the address', async () => {
    await answering(refusal(400, 30007));
    expect(await provider.send(sms())).not.toHaveProperty('suppress');
  });

  it.each([
    [refusal(401, 20003), { ok: false, reason: 'authentication_failed' }],
    [
      { status: 200, body: { sid: ACCOUNT_SID, status: 'suspended' } },
      { ok: false, reason: 'account_locked' },
    ],
  ] as [Reply, object][])('does not verify an account that answers %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
  });

  it('verifies with the account’s own resource', async () => {
    server = await ScriptedHttpServer.start(accountOf);
    provider = new TwilioProvider(twilioCredentials(server.url), { sendTimeoutMs: 2_000, ...ALLOWED });
    expect(await provider.verify()).toEqual({ ok: true });
    expect(server.received[0]?.method).toBe('GET');
  });
});
