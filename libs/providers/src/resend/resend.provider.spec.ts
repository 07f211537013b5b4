import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { ResendProvider } from './resend.provider.js';
import { email, RECIPIENT } from '../testing/outgoing-email.js';

const KEY = 're_canary_key_of_resend';

// Loading an SDK takes as long as a call may in the contract.
beforeAll(() => import('resend'));

function providerAt(baseUrl: string, sendTimeoutMs = 5_000): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new ResendProvider({ api_key: KEY, base_url: baseUrl }, options);
}

function refusal(statusCode: number, name: string, message = 'no', headers: Record<string, string> = {}): Reply {
  return { status: statusCode, headers, body: { statusCode, name, message } };
}

const taken: Reply = { status: 200, body: { id: 'resend-1' } };

providerContract(
  'resend',
  httpHarness({
    provider: providerAt,
    message: () => email(),
    secrets: [KEY, RECIPIENT, 'jane.canary'],
    sends: ({ path }) => path === '/emails',
    taken: () => taken,
    refusedForGood: refusal(422, 'validation_error'),
    refusedForNow: refusal(429, 'rate_limit_exceeded'),
    refusedQuoting: (words) => refusal(422, words, words),
    other: () => ({ status: 200, body: { object: 'list', data: [] } }),
  }),
);

describe('ResendProvider', () => {
  let server: ScriptedHttpServer;
  let provider: Provider;
  afterEach(async () => {
    await provider.close();
    await server.stop();
  });

  async function answering(reply: Reply): Promise<void> {
    server = await ScriptedHttpServer.start(() => reply);
    provider = providerAt(server.url);
  }

  it('writes the message as Resend has it, under our message id', async () => {
    await answering(taken);
    const message = email({
      from: { address: 'shop@bücher.example', name: 'Bücher, "alt"' },
      subject: 'Grüße 👋',
      headers: { 'List-Unsubscribe': '<https://example.com/u/1>' },
    });
    expect(await provider.send(message)).toEqual({ kind: 'sent', providerMessageId: 'resend-1' });
    const [{ method, path, headers, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path]).toEqual(['POST', '/emails']);
    expect(headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'idempotency-key': message.messageId,
      'content-type': 'application/json',
    });
    expect(JSON.parse(body)).toEqual({
      from: '"Bücher, \\"alt\\"" <shop@xn--bcher-kva.example>',
      to: RECIPIENT,
      subject: 'Grüße 👋',
      text: message.text,
      html: message.html,
      headers: { 'List-Unsubscribe': '<https://example.com/u/1>' },
      tags: [{ name: 'message_id', value: message.messageId }],
    });
  });

  it('repeats a message as the same bytes under the same key', async () => {
    await answering(taken);
    const message = email();
    await provider.send(message);
    await provider.send({ ...message });
    const [first, second] = server.received.map(({ headers, body }) => [headers['idempotency-key'], body]);
    expect(second).toEqual(first);
    expect(ResendProvider.repeatableForMs).toBeLessThan(86_400_000);
  });

  it.each([
    [refusal(422, 'validation_error'), { kind: 'rejected', reason: 'refused', detail: { code: 'validation_error' } }],
    [
      refusal(
        422,
        'validation_error',
        'Invalid `to` field. The email address needs to follow the `email@example.com` format.',
      ),
      { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' },
    ],
    [refusal(422, 'validation_error', 'Invalid `from` field.'), { kind: 'rejected', reason: 'sender_refused' }],
    [refusal(422, 'invalid_from_address'), { kind: 'rejected', reason: 'sender_refused' }],
    [
      refusal(403, 'validation_error', 'The example.com domain is not verified.'),
      { kind: 'rejected', reason: 'sender_refused' },
    ],
    [refusal(400, 'invalid_idempotency_key'), { kind: 'rejected', reason: 'refused' }],
    [refusal(451, 'security_error'), { kind: 'rejected', reason: 'policy_rejected' }],
    [refusal(413, 'payload_too_large'), { kind: 'rejected', reason: 'message_too_large' }],
    [refusal(401, 'missing_api_key'), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(403, 'invalid_api_key'), { kind: 'retry', reason: 'authentication_failed' }],
    [refusal(409, 'concurrent_idempotent_requests'), { kind: 'unknown', reason: 'earlier_call_pending' }],
    [refusal(409, 'invalid_idempotent_request'), { kind: 'unknown', reason: 'earlier_call_differs' }],
    [
      refusal(429, 'rate_limit_exceeded', 'no', { 'retry-after': '1', 'ratelimit-reset': '9' }),
      { kind: 'retry', reason: 'vendor_rate_limited', after: 1_000 },
    ],
    [refusal(429, 'rate_limit_exceeded', 'no', { 'ratelimit-reset': '9' }), { kind: 'retry', after: 9_000 }],
    [
      refusal(429, 'daily_quota_exceeded', 'no', { 'retry-after': '600' }),
      { kind: 'retry', reason: 'quota_exceeded', after: 600_000 },
    ],
    [refusal(500, 'application_error'), { kind: 'unknown', reason: 'vendor_error' }],
    // Whatever its name says: a 5xx does not say that nothing was taken.
    [refusal(500, 'invalid_from_address'), { kind: 'unknown', reason: 'vendor_error' }],
    [
      { status: 502, body: '<html>' },
      { kind: 'unknown', reason: 'vendor_error' },
    ],
    [refusal(503, 'application_error'), { kind: 'retry', reason: 'server_unavailable' }],
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
    [{ status: 200, body: { object: 'list', data: [] } }, { ok: true }],
    [refusal(401, 'restricted_api_key'), { ok: true }],
    [refusal(403, 'invalid_api_key'), { ok: false, reason: 'authentication_failed' }],
  ] as [Reply, object][])('verifies by the domains: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(server.received.map(({ method, path }) => [method, path])).toEqual([['GET', '/domains']]);
  });

  it.each([
    [{ from: { address: 'shop@example.com', name: 'a\r\nb' } }, 'invalid_header'],
    [{ to: 'a@example.com b@example.com' }, 'invalid_address'],
    [{ html: 'x'.repeat(40 * 1_048_576) }, 'message_too_large'],
  ])('does not call with what may not be sent (%#)', async (changes, reason) => {
    await answering(taken);
    expect(await provider.send(email(changes))).toEqual({ kind: 'rejected', reason });
    expect(server.received).toEqual([]);
  });

  it('makes no code of an answer that has none', async () => {
    await answering({ status: 502, body: '<html>Bad gateway</html>' });
    expect(await provider.send(email())).toEqual({ kind: 'unknown', reason: 'vendor_error', detail: { status: 502 } });
  });

  it('reaches private addresses only where they are allowed', async () => {
    await answering(taken);
    const guarded = new ResendProvider(
      { api_key: KEY, base_url: server.url },
      { sendTimeoutMs: 2_000, outboundAllow: [] },
    );
    expect(await guarded.send(email())).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
    await guarded.close();
    expect(server.received).toEqual([]);
  });
});
