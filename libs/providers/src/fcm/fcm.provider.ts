import { LONGEST_TTL_S, secondsLeft } from '../expiry.js';
import { httpProvider } from '../http/http-provider.js';
import { type HttpAnswer, httpRequest } from '../http/http-request.js';
import { type Failure, taken, unreadable } from '../http/http-verdict.js';
import { vendorUrl } from '../http/vendor-url.js';
import { jsonFields } from '../json.js';
import type { OutgoingPush } from '../provider.js';
import { FCM_EXAMPLE, FCM_URL, FcmCredentials } from './fcm.credentials.js';
import { failureOfFcm, refusedByFcm } from './fcm.errors.js';
import { GOOGLE_TOKEN_URL, GoogleAccessToken } from './google-access-token.js';

/** The largest payload, in bytes: what the device is shown and what its app is given. */
const LARGEST_PAYLOAD = 4_096;

/** What no device has: FCM says so to whoever may ask. */
const NOBODY = 'outbell-looks-whether-it-may-send';

/** Posts one message with an access token. */
type Post = (body: object) => Promise<HttpAnswer>;

/**
 * Firebase Cloud Messaging by its HTTP API, with Google's library for its tokens. Not through firebase-admin, which it
 * is a part of: that one repeats a message by itself up to 4 times after a 503 or a reset (`AuthorizedHttpClient` takes
 * no other setting), and calls one host. FCM knows no idempotency key and reports nothing later.
 */
export const FcmProvider = httpProvider<FcmCredentials, OutgoingPush, Post>({
  providerName: 'fcm',
  channel: 'push',
  Credentials: FcmCredentials,
  example: { summary: 'Firebase Cloud Messaging', credentials: FCM_EXAMPLE },
  settings: { needs: { service_account: 'FCM_SERVICE_ACCOUNT' } },
  cannotCarry: ['browser_subscription'],
  concurrency: 100,

  open({ credentials: { service_account: account, base_url: baseUrl }, options, agents }) {
    const url = vendorUrl(baseUrl ?? FCM_URL, `/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`);
    const tokenUrl = baseUrl === undefined ? new URL(GOOGLE_TOKEN_URL) : vendorUrl(baseUrl, '/token');
    const token = new GoogleAccessToken(account, tokenUrl, agents, options.sendTimeoutMs);
    return async (body) => {
      const headers = { authorization: `Bearer ${await token.get()}`, 'content-type': 'application/json' };
      const answer = await httpRequest({ method: 'POST', url, headers, body: JSON.stringify(body) }, agents);
      if (refusalIn(answer)?.reason === 'authentication_failed') token.forget();
      return answer;
    };
  },

  refuse(push) {
    // A browser's subscription has come the wrong way; there it may be a good one, so it is not suppressed.
    if (push.to.startsWith('{')) return { kind: 'rejected', reason: 'bad_token' };
    const isLarge = Buffer.byteLength(JSON.stringify(shownOf(push))) > LARGEST_PAYLOAD;
    return isLarge ? { kind: 'rejected', reason: 'message_too_large' } : undefined;
  },

  async send(post, push) {
    const answer = await post({ message: { token: push.to, ...shownOf(push), ...handlingOf(push) } });
    return refusalIn(answer) ?? taken(nameIn(answer), answer.status);
  },

  /** Lets FCM look at a message to nobody: who may not send is told so before. */
  async verify(post) {
    const message = { token: NOBODY, notification: { body: 'verify' } };
    const answer = await post({ validate_only: true, message });
    const refusal = refusalIn(answer);
    if (refusal) return refusal.reason === 'bad_token' ? { ok: true } : refusal;
    return nameIn(answer) === undefined ? unreadable(answer.status) : { ok: true };
  },

  failureOf: failureOfFcm,
});

/** Makes what the device shows and its app is given. */
function shownOf({ title, text: body, data }: OutgoingPush): object {
  return { notification: { ...(title !== undefined && { title }), body }, ...(data && { data }) };
}

function refusalIn(answer: HttpAnswer): Failure | undefined {
  return answer.status === 200 ? undefined : refusedByFcm(answer);
}

/** `{name: 'projects/…/messages/…'}` */
function nameIn({ text }: HttpAnswer): unknown {
  return jsonFields(text)['name'];
}

/** Says how urgent it is, and for how long each kind of device is tried. */
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
