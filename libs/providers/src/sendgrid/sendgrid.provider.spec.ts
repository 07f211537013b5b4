import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { httpHarness } from '../http/testing/http-harness.js';
import { type Reply, ScriptedHttpServer } from '../http/testing/scripted-http-server.js';
import { providerContract } from '../provider.contract.js';
import type { Provider } from '../provider.js';
import { SendGridProvider } from './sendgrid.provider.js';
import { email, RECIPIENT } from '../testing/outgoing-email.js';

const KEY = 'SG.canary-key-of-sendgrid';

// Loading an SDK takes as long as a call may in the contract.
beforeAll(() => Promise.all([import('@sendgrid/client'), import('@sendgrid/mail')]));

function providerAt(baseUrl: string, sendTimeoutMs = 5_000, key = KEY): Provider {
  const options = { sendTimeoutMs, outboundAllow: ['127.0.0.0/8'] };
  return new SendGridProvider({ api_key: key, base_url: baseUrl }, options);
}

function errors(status: number, error: { message?: string; field?: string | null } = {}, headers = {}): Reply {
  return { status, headers, body: { errors: [{ message: 'no', field: null, ...error }] } };
}

const taken: Reply = { status: 202, headers: { 'x-message-id': 'sg-1' } };

providerContract(
  'sendgrid',
  httpHarness({
    provider: providerAt,
    message: () => email(),
    secrets: [KEY, RECIPIENT, 'jane.canary'],
    sends: ({ path }) => path === '/v3/mail/send',
    taken: () => taken,
    refusedForGood: errors(400),
    refusedForNow: errors(429),
    refusedQuoting: (words) => errors(400, { message: words, field: words }),
  }),
);

describe('SendGridProvider', () => {
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

  it('writes the message as SendGrid has it, with no personal data in the custom arguments', async () => {
    await answering(taken);
    const message = email({
      subject: 'Grüße 👋 {{name}}',
      from: { address: 'shop@bücher.example', name: 'Bücher, alt' },
      headers: { 'List-Unsubscribe': '<https://example.com/u/1>' },
    });
    expect(await provider.send(message)).toEqual({ kind: 'sent', providerMessageId: 'sg-1' });
    const [{ method, path, headers, body }] = server.received as [(typeof server.received)[0]];
    expect([method, path, headers.authorization]).toEqual(['POST', '/v3/mail/send', `Bearer ${KEY}`]);
    expect(JSON.parse(body)).toEqual({
      from: { email: 'shop@xn--bcher-kva.example', name: 'Bücher, alt' },
      personalizations: [{ to: [{ email: RECIPIENT }], custom_args: { message_id: message.messageId } }],
      subject: 'Grüße 👋 {{name}}',
      content: [
        { type: 'text/plain', value: message.text },
        { type: 'text/html', value: message.html },
      ],
      headers: { 'List-Unsubscribe': '<https://example.com/u/1>' },
    });
  });

  it('leaves out a part that is empty', async () => {
    await answering(taken);
    await provider.send(email({ text: '' }));
    expect(JSON.parse(server.received[0]!.body).content).toEqual([{ type: 'text/html', value: '<p>It is 1234.</p>' }]);
  });

  it('keeps the keys of connections apart', async () => {
    await answering(taken);
    const other = providerAt(server.url, 5_000, 'SG.other');
    await other.send(email());
    await provider.send(email());
    await other.close();
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer SG.other', `Bearer ${KEY}`]);
  });

  it.each([
    [errors(400), { kind: 'rejected', reason: 'refused', detail: { status: 400 } }],
    [
      errors(400, { field: 'personalizations.0.to.0.email', message: 'Does not contain a valid address.' }),
      { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' },
    ],
    [errors(400, { field: 'from.email' }), { kind: 'rejected', reason: 'sender_refused' }],
    [errors(401), { kind: 'retry', reason: 'authentication_failed' }],
    [errors(401, { message: 'Maximum credits exceeded' }), { kind: 'retry', reason: 'quota_exceeded' }],
    [errors(403, { message: 'access forbidden' }), { kind: 'retry', reason: 'authentication_failed' }],
    [
      errors(403, { field: 'from', message: 'The from address does not match a verified Sender Identity.' }),
      { kind: 'rejected', reason: 'sender_refused' },
    ],
    [errors(413), { kind: 'rejected', reason: 'message_too_large' }],
    [errors(429, {}, { 'retry-after': '4' }), { kind: 'retry', reason: 'vendor_rate_limited', after: 4_000 }],
    [errors(500), { kind: 'unknown', reason: 'vendor_error' }],
    [
      { status: 502, body: '<html>' },
      { kind: 'unknown', reason: 'vendor_error' },
    ],
    [errors(503), { kind: 'retry', reason: 'server_unavailable' }],
    [
      { status: 200, body: {} },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [
      { status: 307, headers: { location: '/elsewhere' } },
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
  ] as [Reply, object][])('reads %j as %j', async (reply, outcome) => {
    await answering(reply);
    expect(await provider.send(email())).toMatchObject(outcome);
    expect(server.received).toHaveLength(1);
  });

  it('waits for the next window of the rate limit', async () => {
    await answering(errors(429, {}, { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 30) }));
    const outcome = await provider.send(email());
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'vendor_rate_limited' });
    const { after } = outcome as { after: number };
    expect(after).toBeGreaterThan(20_000);
    expect(after).toBeLessThanOrEqual(31_000);
  });

  it.each([
    [{ status: 200, body: { scopes: ['mail.send'] } }, { ok: true }],
    [
      { status: 200, body: { scopes: ['stats.read'] } },
      { ok: false, reason: 'authentication_failed' },
    ],
    [errors(401), { ok: false, reason: 'authentication_failed' }],
  ] as [Reply, object][])('verifies by what the key may do: %j is %j', async (reply, verification) => {
    await answering(reply);
    expect(await provider.verify()).toEqual(verification);
    expect(server.received.map(({ method, path }) => [method, path])).toEqual([['GET', '/v3/scopes']]);
  });

  it.each([
    [{ subject: 'a\nb' }, 'invalid_header'],
    [{ to: 'Jane <jane@example.com>' }, 'invalid_address'],
    [{ html: 'x'.repeat(30 * 1_048_576) }, 'message_too_large'],
  ])('does not call with what may not be sent (%#)', async (changes, reason) => {
    await answering(taken);
    expect(await provider.send(email(changes))).toEqual({ kind: 'rejected', reason });
    expect(server.received).toEqual([]);
  });

  it('reaches private addresses only where they are allowed', async () => {
    await answering(taken);
    const guarded = new SendGridProvider(
      { api_key: KEY, base_url: server.url },
      { sendTimeoutMs: 2_000, outboundAllow: [] },
    );
    expect(await guarded.send(email())).toMatchObject({ kind: 'rejected', reason: 'address_not_allowed' });
    await guarded.close();
    expect(server.received).toEqual([]);
  });
});
