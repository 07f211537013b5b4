import { createECDH } from 'node:crypto';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { PushSubscription } from 'web-push';
import { LONGEST_TTL_S, secondsLeft } from '../expiry.js';
import { type HttpAnswer, httpRequest, type HttpRequest, jsonObject } from '../http/http-request.js';
import { refused, unanswered, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingPush, Provider, ProviderOptions, Verification } from '../provider.js';
import { WebPushCredentials } from './web-push.credentials.js';
import { isVendorId } from '../http/vendor-id.js';

/** Requests at once, over all push services: one of them may have half of these. */
const CONCURRENCY = 100;

/** The largest payload that encrypted fits into the 4,096 bytes which every push service takes (RFC 8030 7.2). */
const LARGEST_PAYLOAD = 3_993;

/** For how long, in seconds, a push service keeps a message that does not expire for a browser that is not running. */
const USUAL_TTL_S = 86_400;

/**
 * Notifications in browsers, through the push service that each browser has chosen (RFC 8030), encrypted for it (RFC 8291) by web-push and
 * sent over our agents: the addresses come from recipients, and must be public ones. No push service knows an idempotency key or reports
 * anything later.
 */
export class WebPushProvider implements Provider {
  static readonly providerName = 'web-push';
  static readonly channel = 'push';
  static readonly Credentials = WebPushCredentials;
  static readonly cannotCarry = ['device_token'] as const;

  static concurrency(): number {
    return CONCURRENCY;
  }

  static hostOf(recipient: string): string {
    const endpoint = subscriptionIn(recipient)?.endpoint;
    return endpoint === undefined ? '' : new URL(endpoint).origin;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();

  constructor(
    private readonly credentials: WebPushCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  /** `to` is a browser's PushSubscription as JSON: `{"endpoint": "https://…", "keys": {"p256dh": "…", "auth": "…"}}`. */
  async send(push: OutgoingPush): Promise<Outcome> {
    const { title, text: body, data } = push;
    const payload = JSON.stringify({ title, body, data });
    if (Buffer.byteLength(payload) > LARGEST_PAYLOAD) return { kind: 'rejected', reason: 'message_too_large' };
    return this.inFlight.track(this.call(push, payload));
  }

  /** There is nobody to ask: the two keys must belong together. */
  async verify(): Promise<Verification> {
    const { public_key: publicKey, private_key: privateKey } = this.credentials;
    return publicKeyOf(privateKey) === publicKey ? { ok: true } : { ok: false, reason: 'keys_do_not_match' };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(push: OutgoingPush, payload: string): Promise<Outcome> {
    try {
      return await VendorCall.run(this.options.sendTimeoutMs, async () => {
        const request = await this.requestFor(push, payload);
        // Not suppressed: a device's token that has come the wrong way is a good one elsewhere.
        if (!request) return { kind: 'rejected', reason: 'bad_token' };
        if (isNowhere(request.url)) return { kind: 'rejected', reason: 'bad_token', suppress: 'invalid' };
        return outcomeOf(await httpRequest(request, this.agents), request.url, push.messageId);
      });
    } catch (error) {
      if (error instanceof VendorCallFailure) return unanswered(error);
      throw error;
    }
  }

  /** @returns undefined for what is no subscription, or has no keys to encrypt for */
  private async requestFor(push: OutgoingPush, payload: string): Promise<HttpRequest | undefined> {
    const { messageId, to, expires } = push;
    const subscription = subscriptionIn(to);
    if (!subscription) return undefined;
    const { public_key: publicKey, private_key: privateKey, subject } = this.credentials;
    const { default: webPush } = await import('web-push');
    try {
      const { headers, body } = webPush.generateRequestDetails(subscription, payload, {
        vapidDetails: { subject, publicKey, privateKey },
        TTL: expires ? Math.min(secondsLeft(expires), LONGEST_TTL_S) : USUAL_TTL_S,
        urgency: urgencyOf(push),
        // 32 characters are the longest. A repeat takes the place of one that still waits there (RFC 8030 5.4).
        topic: messageId.replaceAll('-', ''),
      });
      return { method: 'POST', url: new URL(subscription.endpoint), headers, body };
    } catch {
      return undefined;
    }
  }
}

function urgencyOf({ urgent, bulk }: OutgoingPush): 'high' | 'normal' | 'low' {
  if (urgent) return 'high';
  return bulk ? 'low' : 'normal';
}

function outcomeOf({ status, headers, text }: HttpAnswer, { pathname }: URL, messageId: string): Outcome {
  // 201 is what RFC 8030 has; some services say 200, and then nothing more.
  if (status === 201 || status === 202 || (status === 200 && text === '')) {
    const { location = '' } = headers;
    const isId = isVendorId(location) && !location.includes(pathname);
    return { kind: 'sent', providerMessageId: isId ? location : messageId };
  }
  if (status < 300) return unreadable(status);
  const detail = { status };
  if (status === 404 || status === 410) return { kind: 'rejected', reason: 'bad_token', suppress: 'invalid', detail };
  if (status === 413) return { kind: 'rejected', reason: 'message_too_large', detail };
  // It was made for the keys of another sender (RFC 8292 4.2), whom another connection may be: no other subscription need be so.
  if (status === 401 || status === 403) return { kind: 'retry', reason: 'subscription_refused', detail };
  const refusal = refused({ status, retryAfter: headers['retry-after'] });
  // Of one subscription (RFC 8030 8.4), at one of several push services.
  return status === 429 ? { ...refusal, reason: 'recipient_rate_limited' } : refusal;
}

/** Undefined for what is no subscription; its keys are looked at when it is encrypted for. */
function subscriptionIn(text: string): PushSubscription | undefined {
  const { endpoint, keys } = jsonObject(text) ?? {};
  const { p256dh, auth } = (typeof keys === 'object' && keys !== null ? keys : {}) as Record<string, unknown>;
  if (typeof endpoint !== 'string' || typeof p256dh !== 'string' || typeof auth !== 'string') return undefined;
  return /^https?:\/\//i.test(endpoint) && URL.canParse(endpoint) ? { endpoint, keys: { p256dh, auth } } : undefined;
}

/** A name that never leads anywhere (RFC 6761 6.4): no browser has ever been given it. */
function isNowhere({ hostname }: URL): boolean {
  return /(^|\.)invalid\.?$/.test(hostname);
}

function publicKeyOf(privateKey: string): string | undefined {
  try {
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(privateKey, 'base64url');
    return curve.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}
