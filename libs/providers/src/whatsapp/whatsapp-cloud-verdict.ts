import type { HttpAnswer } from '../http/http-request.js';
import { jsonObject } from '../http/http-request.js';
import { type Failure, refused } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';

/** One message to one recipient in 6 s is what a pair of numbers may exchange. */
const PAIR_INTERVAL_MS = 6_000;

/** Meta's codes (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes) of what it will never take. */
const REJECTED: Readonly<Record<number, string>> = {
  130472: 'not_delivered_by_policy',
  131049: 'not_delivered_by_policy',
  130497: 'policy_rejected',
  // No user of WhatsApp; but who will be one tomorrow is not to be suppressed.
  131026: 'bad_address',
  131030: 'refused',
  131047: 'template_required',
  131050: 'recipient_opted_out',
  133010: 'sender_refused',
};

/** Codes of what may be taken later, or by another connection. */
const RETRIED: Readonly<Record<number, string>> = {
  0: 'authentication_failed',
  3: 'authentication_failed',
  10: 'authentication_failed',
  190: 'authentication_failed',
  131005: 'authentication_failed',
  4: 'vendor_rate_limited',
  80007: 'vendor_rate_limited',
  130429: 'vendor_rate_limited',
  131048: 'vendor_rate_limited',
  131056: 'vendor_rate_limited',
  368: 'account_locked',
  131031: 'account_locked',
  131042: 'account_locked',
  131057: 'server_unavailable',
};

/** Codes by which Meta says that it failed itself, whatever the status says. */
const FAILED: ReadonlySet<number> = new Set([1, 2, 131000, 131016]);

/** What `{error: {code}}` means: by the code, as Meta asks for, and by the status where the code says nothing. */
export function refusedByCloudApi({ status, headers, text }: HttpAnswer): Failure {
  const code = codeOf(text);
  const retryAfter = headers['retry-after'];
  if (code === undefined) return refused({ status, retryAfter });
  const detail = { status, code };
  const rejected = isOfTemplates(code) ? 'template_refused' : REJECTED[code];
  if (rejected !== undefined) return { kind: 'rejected', reason: rejected, detail };
  const retried = isOfPermissions(code) ? 'authentication_failed' : RETRIED[code];
  if (retried !== undefined) {
    const after = retryAfterMs(retryAfter) ?? (code === 131056 ? PAIR_INTERVAL_MS : undefined);
    return { kind: 'retry', reason: retried, ...(after !== undefined && { after }), detail };
  }
  if (FAILED.has(code) && status !== 503) return { kind: 'unknown', reason: 'vendor_error', detail };
  return refused({ status, retryAfter, code });
}

function isOfTemplates(code: number): boolean {
  return code >= 132_000 && code < 133_000;
}

/** What the token may not do, until somebody lets it. */
function isOfPermissions(code: number): boolean {
  return code >= 200 && code < 300;
}

function codeOf(text: string): number | undefined {
  const error = jsonObject(text)?.['error'];
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'number' ? code : undefined;
}
