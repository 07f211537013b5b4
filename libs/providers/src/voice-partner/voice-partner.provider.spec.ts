import { newId } from '@outbell/shared/uuid.js';
import { afterEach, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { OutgoingVoice, Provider } from '../provider.js';
import { VoicePartnerProvider } from './voice-partner.provider.js';

const KEY = 'canary-key/of-voice-partner';
const RECIPIENT = '+33612345678';
const EMAIL = 'canary@example.com';
const CANCEL = '/v1/campaign/cancel/canary-key%2Fof-voice-partner/0';

function providerAt(baseUrl: string, sendTimeoutMs = 2_000, callbackUrl?: string): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'], callbackUrl };
  return new VoicePartnerProvider({ api_key: KEY, email_for_notification: EMAIL, base_url: baseUrl }, options);
}

function voice(): OutgoingVoice {
  return { channel: 'voice', messageId: newId(), from: '+33698765432', to: RECIPIENT, audio: 'token-1' };
}

function refusal(code: number | string, status = 200, message = 'no'): Reply {
  return { status, body: { success: false, code, message } };
}

const taken: Reply = { status: 200, body: { success: true, campaignId: 'NDA_1', cost: 0.15, currency: 'EUR' } };

providerContract(
  'voice-partner',
  httpHarness({
    provider: (baseUrl, sendTimeoutMs) => providerAt(baseUrl, sendTimeoutMs),
    message: voice,
    secrets: [KEY, encodeURIComponent(KEY), EMAIL, RECIPIENT, RECIPIENT.slice(1)],
    sends: ({ path }) => path === '/v1/campaign/send',
    taken: () => taken,
    refusedForGood: refusal(4),
    refusedForNow: { status: 429, headers: { 'retry-after': '2' } },
    refusedQuoting: (words) => refusal(words, 200, words),
    other: () => refusal(404, 404),
  }),
);

describe('VoicePartnerProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, callbackUrl?: string): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url, 2_000, callbackUrl);
  }

  it('posts a campaign of one number, with the key in the body alone', async () => {
    await answering(taken);
    expect(await provider.send(voice())).toEqual({ kind: 'sent', providerMessageId: 'NDA_1' });
    const [{ method, path, headers, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path, headers['content-type']]).toEqual(['POST', '/v1/campaign/send', 'application/json']);
    expect(JSON.parse(body)).toEqual({
      apiKey: KEY,
      tokenAudio: 'token-1',
      emailForNotification: EMAIL,
      phoneNumbers: RECIPIENT,
      sender: '+33698765432',
    });
  });

  it('asks for the report, with our id', async () => {
    await answering(taken, 'https://api.example.com/callbacks/voice-partner/c1?t=abc');
    const message = voice();
    await provider.send(message);
    const { notifyUrl } = JSON.parse(server.received[0]?.body ?? '');
    expect(notifyUrl).toBe(`https://api.example.com/callbacks/voice-partner/c1?t=abc&m=${message.messageId}`);
  });

  it('says how many calls a minute may have', () => {
    expect(VoicePartnerProvider.rateLimits).toBe('5/min');
  });

  it.each([
    [refusal(10), { kind: 'retry', reason: 'authentication_failed', detail: { status: 200, code: '10' } }],
    [refusal('10', 400), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(4), { kind: 'rejected', reason: 'refused', detail: { status: 200, code: '4' } }],
    [refusal(9, 400), { kind: 'rejected', reason: 'refused', detail: { status: 400, code: '9' } }],
    [
      { status: 429, headers: { 'retry-after': '12' } },
      { kind: 'retry', reason: 'vendor_rate_limited', after: 12_000 },
    ],
    [{ status: 401 }, { kind: 'retry', reason: 'authentication_failed' }],
    [{ status: 503 }, { kind: 'retry', reason: 'server_unavailable' }],
    [refusal(500, 500), { kind: 'unknown', reason: 'vendor_error' }],
    [
      { status: 200, body: { success: true } },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [
      { status: 200, body: {} },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(voice())).toMatchObject(outcome);
  });

  it.each([
    [refusal(404, 404), { ok: true }],
    [refusal(3), { ok: true }],
    [refusal(10), { ok: false, reason: 'authentication_failed' }],
    [refusal(401, 401), { ok: false, reason: 'authentication_failed' }],
    [
      { status: 404, body: '<html>' },
      { ok: false, reason: 'refused' },
    ],
    [refusal(500, 500), { ok: false, reason: 'vendor_error' }],
  ] as [Reply, object][])('verifies by canceling what there is not: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(server.received.map(({ method, path }) => [method, path])).toEqual([['DELETE', CANCEL]]);
  });
});
