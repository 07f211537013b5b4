import { createECDH } from 'node:crypto';
import type { Outcome } from '@outbell/shared/outcome.js';
import type * as webPushModule from 'web-push';
import { LONGEST_TTL_S, secondsLeft } from '../expiry.js';
import { httpProvider } from '../http/http-provider.js';
import { type HttpAnswer, httpRequest, type HttpRequest } from '../http/http-request.js';
import { isVendorId } from '../http/http-verdict.js';
import { fieldsOf, jsonFields } from '../json.js';
import type { OutgoingPush } from '../provider.js';
import { WebPushCredentials } from './web-push.credentials.js';
import { refusedByPushService } from './web-push.errors.js';

type WebPush = typeof webPushModule.default;

/** The largest payload that encrypted fits into the 4,096 bytes which every push service takes (RFC 8030 7.2). */
const LARGEST_PAYLOAD = 3_993;

/** For how long, in seconds, a push service keeps a message that does not expire for a browser that is not running. */
const USUAL_TTL_S = 86_400;

/**
 * Notifications in browsers, through the push service that each browser has chosen (RFC 8030), encrypted for it (RFC
 * 8291) by web-push and sent over our agents: the addresses come from recipients, and must be public ones. No push
 * service knows an idempotency key or reports anything later. `to` is a browser's PushSubscription as JSON:
 * `{"endpoint": "https://…", "keys": {"p256dh": "…", "auth": "…"}}`.
 */
export const WebPushProvider = httpProvider<WebPushCredentials, OutgoingPush, WebPush>({
  providerName: 'web-push',
  channel: 'push',
  Credentials: WebPushCredentials,
  example: {
    summary: 'Browsers',
    credentials: {
      public_key: 'BL5x2BlUOaqkCkjMlmREmm0jfg7_MdhqF14bcxA8HvY-mScMFcUSrFC9JRpbApSJdFBXq8BVoDjnDZiOWTMhMc0',
      private_key: '9ZojEvdaRdOLeO6t3fHCTiK8kg_5DlHv9bkPDYvtimM',
      subject: 'mailto:push@example.com',
    },
  },
  cannotCarry: ['device_token'],
  // Over all push services: one of them may have half of these.
  concurrency: 100,

  hostOf(recipient) {
    const endpoint = subscriptionIn(recipient)?.endpoint;
    return endpoint === undefined ? '' : new URL(endpoint).origin;
  },

  open: async () => (await import('web-push')).default,

  refuse(push) {
    const isLarge = Buffer.byteLength(payloadOf(push)) > LARGEST_PAYLOAD;
    return isLarge ? { kind: 'rejected', reason: 'message_too_large' } : undefined;
  },

  async send(webPush, push, { credentials, agents }) {
    const request = requestFor(webPush, push, credentials);
    // Not suppressed: a device's token that has come the wrong way is a good one elsewhere.
    if (!request) return { kind: 'rejected', reason: 'bad_token' };
    if (isNowhere(request.url)) return { kind: 'rejected', reason: 'bad_token', suppress: 'invalid' };
    return outcomeOf(await httpRequest(request, agents), request.url, push.messageId);
  },

  /** There is nobody to ask: the two keys must belong together. */
  async verify(_, { credentials: { public_key: publicKey, private_key: privateKey } }) {
    return publicKeyOf(privateKey) === publicKey ? { ok: true } : { ok: false, reason: 'keys_do_not_match' };
  },
});

function payloadOf({ title, text: body, data }: OutgoingPush): string {
  return JSON.stringify({ title, body, data });
}

/** @returns undefined for what is no subscription, or has no keys to encrypt for */
function requestFor(webPush: WebPush, push: OutgoingPush, keys: WebPushCredentials): HttpRequest | undefined {
  const { messageId, to, expires } = push;
  const subscription = subscriptionIn(to);
  if (!subscription) return undefined;
  const { public_key: publicKey, private_key: privateKey, subject } = keys;
  try {
    const { headers, body } = webPush.generateRequestDetails(subscription, payloadOf(push), {
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

function urgencyOf({ urgent, bulk }: OutgoingPush): 'high' | 'normal' | 'low' {
  if (urgent) return 'high';
  return bulk ? 'low' : 'normal';
}

function outcomeOf(answer: HttpAnswer, { pathname }: URL, messageId: string): Outcome {
  const { status, headers, text } = answer;
  // 201 is what RFC 8030 has; some services say 200, and then nothing more.
  const isTaken = status === 201 || status === 202 || (status === 200 && text === '');
  if (!isTaken) return refusedByPushService(answer);
  const { location = '' } = headers;
  const isId = isVendorId(location) && !location.includes(pathname);
  return { kind: 'sent', providerMessageId: isId ? location : messageId };
}

/** Reads a subscription; undefined for what is none. Its keys are looked at when it is encrypted for. */
function subscriptionIn(text: string): webPushModule.PushSubscription | undefined {
  const { endpoint, keys } = jsonFields(text);
  const { p256dh, auth } = fieldsOf(keys);
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
