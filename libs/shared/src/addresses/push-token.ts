import { InputError } from '../errors.js';
import { isPlainHttpUrl } from '../http-url.js';

/**
 * Well above what vendors give out, and still short enough for an index of PostgreSQL (2,704 bytes a row), which it is
 * found by.
 */
export const MAX_PUSH_TOKEN = 2_048;

/** A subscription may be written with blanks, and with what is not kept of it. */
const LONGEST_WRITTEN = 2 * MAX_PUSH_TOKEN;

const VISIBLE = new RegExp(`^[\\x21-\\x7e]{1,${MAX_PUSH_TOKEN}}$`);

/** Public key and secret of a browser, in base64url (RFC 8291): of 65 and 16 bytes. */
const P256DH = /^[A-Za-z0-9_-]{87}=?$/;
const AUTH = /^[A-Za-z0-9_-]{22}(==)?$/;

/**
 * A device's token, as its vendor gave it out; of a browser its subscription, `{"endpoint","keys":{"p256dh","auth"}}`
 * as JSON, of which nothing else is kept.
 */
export function normalizePushToken(text: string, field: string): string {
  const token = isSubscription(text) && text.length <= LONGEST_WRITTEN ? normalizeSubscription(text, field) : text;
  if (!VISIBLE.test(token))
    throw InputError.forField(field, `must be a push token: 1 to ${MAX_PUSH_TOKEN} visible ASCII characters`);
  return token;
}

/** Tells whether it is, or is meant to be, the subscription of a browser. No token of another vendor begins so. */
export function isSubscription(token: string): boolean {
  return token.startsWith('{');
}

function normalizeSubscription(text: string, field: string): string {
  const { endpoint, keys } = parsed(text) as { endpoint?: unknown; keys?: { p256dh?: unknown; auth?: unknown } };
  const { p256dh, auth } = keys ?? {};
  if (!isHttpUrl(endpoint) || typeof p256dh !== 'string' || typeof auth !== 'string')
    throw InputError.forField(field, 'must be the subscription of a browser: {"endpoint","keys":{"p256dh","auth"}}');
  if (!P256DH.test(p256dh) || !AUTH.test(auth))
    throw InputError.forField(
      field,
      'has keys that are none of a browser: p256dh of 65 bytes and auth of 16, in base64url',
    );
  return JSON.stringify({ endpoint, keys: { p256dh: p256dh.slice(0, 87), auth: auth.slice(0, 22) } });
}

/** Nothing for what is no JSON. */
function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

/** Tells whether it is an address of http; whether it may be called is for whoever calls it. */
function isHttpUrl(value: unknown): value is string {
  return typeof value === 'string' && isPlainHttpUrl(value, { query: true });
}
