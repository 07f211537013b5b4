import { type HttpAnswer, jsonObject } from '../http/http-request.js';
import { type Failure, refused } from '../http/http-verdict.js';
import { refusedByCode, type VendorError, type VendorErrors } from '../vendor-errors.js';

const POLICY: VendorError = { reason: 'policy_rejected' };
const UNWANTED: VendorError = { reason: 'not_delivered_by_policy' };
const SENDER: VendorError = { reason: 'sender_refused' };
const CONTENT: VendorError = { reason: 'content_rejected' };
const TEMPLATE: VendorError = { reason: 'template_refused' };
const TOO_MANY: VendorError = { reason: 'vendor_rate_limited', retried: true };
const SIGN_IN: VendorError = { reason: 'authentication_failed', retried: true };
const LOCKED: VendorError = { reason: 'account_locked', retried: true, pausesSender: true };

/** What Meta's codes say (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes). */
export const WHATSAPP_ERRORS: VendorErrors = {
  0: SIGN_IN,
  3: SIGN_IN,
  4: TOO_MANY,
  10: SIGN_IN,
  190: SIGN_IN,
  368: LOCKED,
  80007: TOO_MANY,
  130429: TOO_MANY,
  130472: UNWANTED,
  130497: POLICY,
  131005: SIGN_IN,
  131008: { reason: 'refused' },
  131021: { reason: 'bad_address' },
  // No WhatsApp at the number, one too old, or terms not agreed to: not for ever, so nobody is suppressed.
  131026: { reason: 'undelivered' },
  131030: { reason: 'address_not_in_sandbox' },
  131031: LOCKED,
  // Nobody pays for the account.
  131042: { reason: 'account_locked', retried: true },
  131045: SENDER,
  131047: { reason: 'template_required' },
  // Too many of this number's messages were blocked or flagged as spam.
  131048: { ...TOO_MANY, pausesSender: true },
  131049: UNWANTED,
  // Of marketing messages; what a person has asked for still comes through.
  131050: { reason: 'recipient_opted_out', suppress: 'unsubscribe', suppressScope: 'bulk' },
  131051: CONTENT,
  131052: CONTENT,
  131053: CONTENT,
  // Of one sender to one recipient, in six seconds.
  131056: { reason: 'recipient_rate_limited', retried: true },
  131057: { reason: 'server_unavailable', retried: true },
  132000: TEMPLATE,
  132001: TEMPLATE,
  132005: TEMPLATE,
  132007: TEMPLATE,
  132012: TEMPLATE,
  132015: TEMPLATE,
  132016: TEMPLATE,
  132018: TEMPLATE,
  132068: TEMPLATE,
  132069: TEMPLATE,
  133010: SENDER,
};

/** One message to one recipient in 6 s is what a pair of numbers may exchange. */
const PAIR_LIMIT = 131_056;
const PAIR_INTERVAL_MS = 6_000;

/** Codes by which Meta says that it failed itself, whatever the status says. */
const FAILED: ReadonlySet<number> = new Set([1, 2, 131_000, 131_016]);

/** What `{error: {code}}` means: by the code, as Meta asks for, and by the status where the code says nothing. */
export function refusedByCloudApi({ status, headers, text }: HttpAnswer): Failure {
  const code = codeOf(text);
  const retryAfter = headers['retry-after'];
  if (code === undefined) return refused({ status, retryAfter });
  const detail = { status, code };
  if (isOfPermissions(code)) return { kind: 'retry', reason: 'authentication_failed', detail };
  if (FAILED.has(code) && status !== 503) return { kind: 'unknown', reason: 'vendor_error', detail };
  const failure = refusedByCode(WHATSAPP_ERRORS, { status, retryAfter, code });
  return code === PAIR_LIMIT && failure.kind === 'retry' ? { after: PAIR_INTERVAL_MS, ...failure } : failure;
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
