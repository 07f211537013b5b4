import { byCode } from '../by-code.js';
import type { HttpAnswer } from '../http/http-request.js';
import { type Failure, refused } from '../http/http-verdict.js';
import { fieldsOf, jsonFields } from '../json.js';
import { refusedByCode, type VendorError } from '../vendor-errors.js';

/** Meta's codes (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes). */
export const WHATSAPP_ERRORS = byCode<VendorError>(
  [{ reason: 'bad_address' }, 131021],
  // No WhatsApp at the number, one too old, or terms not agreed to: not for ever, so nobody is suppressed.
  [{ reason: 'undelivered' }, 131026],
  [{ reason: 'address_not_in_sandbox' }, 131030],
  // Of marketing messages; what a person has asked for still comes through.
  [{ reason: 'recipient_opted_out', suppress: 'unsubscribe', suppressScope: 'bulk' }, 131050],
  [{ reason: 'refused' }, 131008],
  [{ reason: 'policy_rejected' }, 130497],
  [{ reason: 'not_delivered_by_policy' }, 130472, 131049],
  [{ reason: 'sender_refused' }, 131045, 133010],
  [{ reason: 'content_rejected' }, 131051, 131052, 131053],
  [{ reason: 'template_required' }, 131047],
  [{ reason: 'template_refused' }, ...[132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069]],
  // Of one sender to one recipient, in six seconds.
  [{ reason: 'recipient_rate_limited', retried: true }, 131056],
  [{ reason: 'vendor_rate_limited', retried: true }, 4, 80007, 130429],
  // Too many of this number's messages were blocked or flagged as spam.
  [{ reason: 'vendor_rate_limited', retried: true, pausesSender: true }, 131048],
  [{ reason: 'server_unavailable', retried: true }, 131057],
  [{ reason: 'authentication_failed', retried: true }, 0, 3, 10, 190, 131005],
  [{ reason: 'account_locked', retried: true, pausesSender: true }, 368, 131031],
  // Nobody pays for the account.
  [{ reason: 'account_locked', retried: true }, 131042],
);

/** One message to one recipient in 6 s is what a pair of numbers may exchange. */
const PAIR_LIMIT = 131_056;
const PAIR_INTERVAL_MS = 6_000;

/** Codes by which Meta says that it failed itself, whatever the status says. */
const FAILED: ReadonlySet<number> = new Set([1, 2, 131_000, 131_016]);

/** Reads `{error: {code}}`: by the code, as Meta asks for, and by the status where the code says nothing. */
export function refusedByCloudApi({ status, headers, text }: HttpAnswer): Failure {
  const { code } = fieldsOf(jsonFields(text)['error']);
  const retryAfter = headers['retry-after'];
  if (typeof code !== 'number') return refused({ status, retryAfter });
  const detail = { status, code };
  // What the token may not do, until somebody lets it.
  if (code >= 200 && code < 300) return { kind: 'retry', reason: 'authentication_failed', detail };
  if (FAILED.has(code) && status !== 503) return { kind: 'unknown', reason: 'vendor_error', detail };
  const failure = refusedByCode(WHATSAPP_ERRORS, { status, retryAfter, code });
  return failure.kind === 'retry' && code === PAIR_LIMIT
    ? { ...failure, after: failure.after ?? PAIR_INTERVAL_MS }
    : failure;
}
