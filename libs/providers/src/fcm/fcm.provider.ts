import type { Outcome } from '@outbell/shared/outcome.js';
import { LONGEST_TTL_S, secondsLeft } from '../expiry.js';
import { type HttpAnswer, httpRequest, jsonObject } from '../http/http-request.js';
import { unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { vendorUrl } from '../http/vendor-url.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingPush, Provider, ProviderOptions, Verification } from '../provider.js';
import { FCM_URL, FcmCredentials } from './fcm.credentials.js';
import { refusedByFcm, withoutToken } from './fcm.errors.js';
import { GOOGLE_TOKEN_URL, GoogleAccessToken } from './google-access-token.js';
import { isVendorId } from '../http/vendor-id.js';

/** Requests of one project at once. */
const CONCURRENCY = 100;

/** The largest payload, in bytes: what the device is shown and what its app is given. */
const LARGEST_PAYLOAD = 4_096;

/** What no device has: FCM says so to whoever may ask. */
const NOBODY = 'outbell-looks-whether-it-may-send';

/**
 * Firebase Cloud Messaging by its HTTP API, with Google's library for its tokens. Not through firebase-admin, which it is a part of: that
 * one repeats a message by itself up to 4 times after a 503 or a reset (`AuthorizedHttpClient` takes no other setting), and calls one
 * host. FCM knows no idempotency key and reports nothing later.
 */
export class FcmProvider implements Provider {
  static readonly providerName = 'fcm';
  static readonly channel = 'push';
  static readonly Credentials = FcmCredentials;
  static readonly cannotCarry = ['browser_subscription'] as const;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly url: URL;
  private readonly token: GoogleAccessToken;
  private readonly inFlight = new InFlight();

  constructor(
    { service_account: account, base_url: baseUrl }: FcmCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
    this.url = vendorUrl(baseUrl ?? FCM_URL, `/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`);
    const tokenUrl = baseUrl === undefined ? new URL(GOOGLE_TOKEN_URL) : vendorUrl(baseUrl, '/token');
    this.token = new GoogleAccessToken(account, tokenUrl, this.agents);
  }

  async send(push: OutgoingPush): Promise<Outcome> {
    // A browser's subscription has come the wrong way; there it may be a good one, so it is not suppressed.
    if (push.to.startsWith('{')) return { kind: 'rejected', reason: 'bad_token' };
    const { title, text: body, data } = push;
    const shown = { notification: { ...(title !== undefined && { title }), body }, ...(data && { data }) };
    if (Buffer.byteLength(JSON.stringify(shown)) > LARGEST_PAYLOAD) {
      return { kind: 'rejected', reason: 'message_too_large' };
    }
    return this.inFlight.track(this.call({ message: { token: push.to, ...shown, ...handlingOf(push) } }));
  }

  /** Lets FCM look at a message to nobody: who may not send is told so before. */
  async verify(): Promise<Verification> {
    const outcome = await this.call({
      validate_only: true,
      message: { token: NOBODY, notification: { body: 'verify' } },
    });
    if (outcome.kind === 'sent' || outcome.reason === 'bad_token') return { ok: true };
    return { ok: false, reason: outcome.reason };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(body: object): Promise<Outcome> {
    const deadline = performance.now() + this.options.sendTimeoutMs;
    try {
      const token = await VendorCall.run(this.options.sendTimeoutMs, () => this.token.get());
      return await this.post(token, JSON.stringify(body), Math.max(1, deadline - performance.now()));
    } catch (error) {
      if (error instanceof VendorCallFailure) return withoutToken(error);
      throw error;
    }
  }

  /** A call of its own: that there was a connection for the token says nothing about the message. */
  private async post(token: string, body: string, timeoutMs: number): Promise<Outcome> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = { method: 'POST' as const, url: this.url, headers, body };
    try {
      const answer = await VendorCall.run(timeoutMs, () => httpRequest(request, this.agents));
      if (answer.status === 200) return sentOutcome(answer);
      const refusal = refusedByFcm(answer);
      if (refusal.reason === 'authentication_failed') this.token.forget();
      return refusal;
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }
}

/** How urgent it is, and for how long each kind of device is tried. */
function handlingOf({ urgent, expires }: OutgoingPush): object {
  const priority = urgent ? 'HIGH' : 'NORMAL';
  const apns = { 'apns-priority': urgent ? '10' : '5' };
  if (!expires) return { android: { priority }, apns: { headers: apns } };
  const ttl = Math.min(secondsLeft(expires), LONGEST_TTL_S);
  const until = Math.floor(expires.at.getTime() / 1_000);
  return {
    android: { priority, ttl: `${ttl}s` },
    apns: { headers: { ...apns, 'apns-expiration': String(until) } },
    webpush: { headers: { TTL: String(ttl) } },
  };
}

/** `{name: 'projects/…/messages/…'}` */
function sentOutcome({ status, text }: HttpAnswer): Outcome {
  const name = jsonObject(text)?.['name'];
  return isVendorId(name) ? { kind: 'sent', providerMessageId: name } : unreadable(status);
}
