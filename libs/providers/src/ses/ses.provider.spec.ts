import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { SesProvider } from './ses.provider.js';
import { email, RECIPIENT } from '../testing/outgoing-email.js';

const KEY_ID = 'AKIACANARYKEY0000001';
const SECRET = 'canary/secret+of/ses';

// Loading an SDK takes as long as a call may in the contract.
beforeAll(() => import('@aws-sdk/client-sesv2'));

function providerAt(baseUrl: string, sendTimeoutMs = 5_000, set?: string): Provider {
  const credentials = { region: 'eu-west-1', access_key_id: KEY_ID, secret_access_key: SECRET, base_url: baseUrl };
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new SesProvider({ ...credentials, ...(set !== undefined && { configuration_set: set }) }, options);
}

function fault(status: number, name: string, message = 'no', headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'x-amzn-errortype': name, ...headers }, body: { message } };
}

providerContract(
  'ses',
  httpHarness({
    provider: providerAt,
    message: () => email(),
    secrets: [KEY_ID, SECRET, RECIPIENT, 'jane.canary'],
    sends: ({ path }) => path === '/v2/email/outbound-emails',
    taken: () => ({ status: 200, body: { MessageId: 'ses-1' } }),
    refusedForGood: fault(400, 'MessageRejected'),
    refusedForNow: fault(429, 'TooManyRequestsException'),
    refusedQuoting: (words) => fault(400, 'BadRequestException', words),
  }),
);

describe('SesProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply, set?: string): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url, 5_000, set);
  }
  const taken = { status: 200, body: { MessageId: 'ses-1' } };

  it('writes the message as SES has it, signed for the region', async () => {
    await answering(taken, 'receipts');
    const message = email({
      from: { address: 'shop@bücher.example', name: 'Bücher, "alt"' },
      subject: 'Grüße 👋',
      headers: { 'List-Unsubscribe': '<https://example.com/u/1>' },
    });
    expect(await provider.send(message)).toEqual({ kind: 'sent', providerMessageId: 'ses-1' });
    const [{ method, path, headers, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', '/v2/email/outbound-emails']);
    expect(headers.authorization).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=${KEY_ID}/\\d{8}/eu-west-1/ses/aws4_request, `),
    );
    expect(JSON.parse(body)).toEqual({
      FromEmailAddress: `=?UTF-8?B?${Buffer.from('Bücher, "alt"').toString('base64')}?= <shop@xn--bcher-kva.example>`,
      Destination: { ToAddresses: [RECIPIENT] },
      Content: {
        Simple: {
          Subject: { Data: 'Grüße 👋', Charset: 'UTF-8' },
          Body: {
            Text: { Data: message.text, Charset: 'UTF-8' },
            Html: { Data: message.html, Charset: 'UTF-8' },
          },
          Headers: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/u/1>' }],
        },
      },
      EmailTags: [{ Name: 'message_id', Value: message.messageId }],
      ConfigurationSetName: 'receipts',
    });
  });

  it('leaves out what a message and a connection do not have', async () => {
    await answering(taken);
    await provider.send(email({ html: undefined, from: { address: 'shop@example.com' } }));
    const body = JSON.parse(server.received[0]!.body);
    expect(body.FromEmailAddress).toBe('shop@example.com');
    expect(body).not.toHaveProperty('ConfigurationSetName');
    expect(body.Content.Simple.Body).not.toHaveProperty('Html');
  });

  it.each([
    [fault(400, 'MessageRejected'), { kind: 'rejected', reason: 'policy_rejected' }],
    [
      fault(400, 'MessageRejected', 'Email address is not verified. The following identities failed the check'),
      { kind: 'rejected', reason: 'sender_refused', detail: { status: 400, code: 'MessageRejected' } },
    ],
    [fault(400, 'MailFromDomainNotVerifiedException'), { kind: 'rejected', reason: 'sender_refused' }],
    [fault(400, 'BadRequestException'), { kind: 'rejected', reason: 'refused' }],
    [fault(404, 'NotFoundException'), { kind: 'rejected', reason: 'refused' }],
    [fault(400, 'AccountSuspendedException'), { kind: 'retry', reason: 'account_locked' }],
    [fault(400, 'SendingPausedException'), { kind: 'retry', reason: 'account_locked' }],
    [fault(400, 'LimitExceededException'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [
      fault(429, 'TooManyRequestsException', 'no', { 'retry-after': '7' }),
      { kind: 'retry', reason: 'vendor_rate_limited', after: 7_000 },
    ],
    [fault(400, 'ThrottlingException'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [fault(400, 'ThrottlingException', 'Daily message quota exceeded.'), { kind: 'retry', reason: 'quota_exceeded' }],
    [fault(403, 'UnrecognizedClientException'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(403, 'InvalidSignatureException'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(400, 'ExpiredTokenException'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(403, 'AccessDeniedException'), { kind: 'retry', reason: 'authentication_failed' }],
    [fault(500, 'InternalServiceErrorException'), { kind: 'unknown', reason: 'vendor_error' }],
    // Whatever its name says: a 5xx does not say that nothing was taken.
    [fault(500, 'MessageRejected'), { kind: 'unknown', reason: 'vendor_error' }],
    [
      { status: 502, body: '<html>' },
      { kind: 'unknown', reason: 'vendor_error' },
    ],
    [
      { status: 503, headers: { 'retry-after': '2' }, body: '<html>' },
      { kind: 'retry', after: 2_000 },
    ],
    [
      { status: 400, body: '<html>' },
      { kind: 'rejected', reason: 'refused' },
    ],
    [
      { status: 307, headers: { location: 'https://example.com' } },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [
      { status: 200, body: {} },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(email())).toMatchObject(outcome);
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [{ status: 200, body: { SendingEnabled: true } }, { ok: true }],
    [
      { status: 200, body: { SendingEnabled: false } },
      { ok: false, reason: 'account_locked' },
    ],
    [fault(403, 'AccessDeniedException'), { ok: true }],
    // As aws-ses-v2-local says that it was given no account.
    [{ status: 400, body: { type: 'BadRequestException', message: 'no' } }, { ok: true }],
    [
      { status: 400, body: '<html>' },
      { ok: false, reason: 'refused' },
    ],
    [
      { status: 404, body: { message: 'no' } },
      { ok: false, reason: 'refused' },
    ],
    [fault(403, 'UnrecognizedClientException'), { ok: false, reason: 'authentication_failed' }],
  ] as [Reply, object][])('verifies by the account: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(server.received.map(({ method, path }) => [method, path])).toEqual([['GET', '/v2/email/account']]);
  });

  it.each([
    [{ headers: { 'X-A': 'b\r\nBcc: c@example.com' } }, 'invalid_header'],
    [{ to: 'a@example.com,b@example.com' }, 'invalid_address'],
    [{ text: 'x'.repeat(40 * 1_048_576) }, 'message_too_large'],
  ])('does not call with what may not be sent (%#)', async (changes, reason) => {
    await answering(taken);
    expect(await provider.send(email(changes))).toEqual({ kind: 'rejected', reason });
    expect(server.received).toEqual([]);
  });

  it('reaches private addresses only where they are allowed', async () => {
    await answering(taken);
    const credentials = { region: 'eu-west-1', access_key_id: KEY_ID, secret_access_key: SECRET };
    const guarded = new SesProvider(
      { ...credentials, base_url: server.url },
      { sendTimeoutMs: 2_000, outboundAllow: [] },
    );
    expect(await guarded.send(email())).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
    await guarded.close();
    expect(server.received).toEqual([]);
  });
});
