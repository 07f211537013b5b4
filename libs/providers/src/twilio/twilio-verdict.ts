import type { SuppressionReason } from '@outbell/shared/outcome.js';
import { type Failure, type HttpRefusal, refused } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';

/** Codes of what Twilio, or WhatsApp behind it, will never take (https://www.twilio.com/docs/api/errors). */
const REJECTED: Readonly<Record<number, string>> = {
  21211: 'bad_address',
  21217: 'bad_address',
  21614: 'bad_address',
  21610: 'recipient_opted_out',
  // Countries the account may not send to, and pairs of sender and recipient that no carrier connects.
  21408: 'policy_rejected',
  21612: 'refused',
  21603: 'sender_refused',
  21606: 'sender_refused',
  21659: 'sender_refused',
  21660: 'sender_refused',
  21605: 'message_too_large',
  21617: 'message_too_large',
  21656: 'template_refused',
  30003: 'handset_unreachable',
  30005: 'bad_address',
  30006: 'bad_address',
  30004: 'recipient_blocks_sender',
  30007: 'carrier_filtered',
  63003: 'bad_address',
  63024: 'bad_address',
  63007: 'sender_refused',
  63013: 'policy_rejected',
  // Nobody has written to us within 24 hours: only a template may begin.
  63016: 'template_required',
  63027: 'template_refused',
  63028: 'template_refused',
  63032: 'not_delivered_by_policy',
  63033: 'recipient_blocks_sender',
  63040: 'template_refused',
  63041: 'template_refused',
  63042: 'template_refused',
  63049: 'not_delivered_by_policy',
};

/** The address itself, not this message to it, is what is wrong. */
const SUPPRESSING: Readonly<Record<number, SuppressionReason>> = {
  21211: 'invalid',
  21217: 'invalid',
  21614: 'invalid',
  21610: 'unsubscribe',
};

/** Codes of what may be taken later, or by another connection. */
const RETRIED: Readonly<Record<number, string>> = {
  20003: 'authentication_failed',
  20005: 'account_locked',
  30002: 'account_locked',
  20429: 'vendor_rate_limited',
  30001: 'vendor_rate_limited',
  30022: 'vendor_rate_limited',
  63018: 'vendor_rate_limited',
  63038: 'vendor_rate_limited',
};

/** What a refusal of Twilio means: by its own code where that says more than the status. */
export function refusedByTwilio(refusal: HttpRefusal & { code?: number | undefined }): Failure {
  const { status, code, retryAfter } = refusal;
  if (code === undefined) return refused(refusal);
  const detail = { status, code };
  const rejected = REJECTED[code];
  if (rejected !== undefined) {
    const suppress = SUPPRESSING[code];
    return { kind: 'rejected', reason: rejected, ...(suppress && { suppress }), detail };
  }
  const retried = RETRIED[code];
  if (retried === undefined) return refused(refusal);
  const after = retryAfterMs(retryAfter);
  return { kind: 'retry', reason: retried, ...(after !== undefined && { after }), detail };
}
