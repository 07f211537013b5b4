import type { VendorError, VendorErrors } from '../vendor-errors.js';

const INVALID: VendorError = { reason: 'bad_address', suppress: 'invalid' };
/** Who has no WhatsApp today may have it tomorrow. */
const NOT_ON_WHATSAPP: VendorError = { reason: 'bad_address' };
const BLOCKED: VendorError = { reason: 'recipient_blocks_sender' };
const FILTERED: VendorError = { reason: 'carrier_filtered' };
const POLICY: VendorError = { reason: 'policy_rejected' };
const UNWANTED: VendorError = { reason: 'not_delivered_by_policy' };
const SENDER: VendorError = { reason: 'sender_refused' };
const CONTENT: VendorError = { reason: 'content_rejected' };
const TEMPLATE: VendorError = { reason: 'template_refused' };
const TOO_LARGE: VendorError = { reason: 'message_too_large' };
const TIMED_OUT: VendorError = { reason: 'delivery_timed_out' };
const TOO_MANY: VendorError = { reason: 'vendor_rate_limited', retried: true };
const SIGN_IN: VendorError = { reason: 'authentication_failed', retried: true };
const LOCKED: VendorError = { reason: 'account_locked', retried: true };

/** What Twilio's codes say, and those of WhatsApp behind it, 63xxx (https://www.twilio.com/docs/api/errors). */
export const TWILIO_ERRORS: VendorErrors = {
  20003: SIGN_IN,
  20005: LOCKED,
  20429: TOO_MANY,
  21211: INVALID,
  21217: INVALID,
  // A country that the account may not send to.
  21408: POLICY,
  21603: SENDER,
  21605: TOO_LARGE,
  21606: SENDER,
  21610: { reason: 'recipient_opted_out', suppress: 'unsubscribe' },
  // A pair of sender and recipient that no carrier connects.
  21612: { reason: 'undelivered' },
  21614: INVALID,
  21617: TOO_LARGE,
  21656: TEMPLATE,
  21659: SENDER,
  21660: SENDER,
  30001: { reason: 'vendor_queue_full', retried: true },
  30002: LOCKED,
  30003: { reason: 'handset_unreachable' },
  30004: BLOCKED,
  30005: INVALID,
  // A landline, or a carrier that cannot be reached: the code is the same.
  30006: { reason: 'undelivered' },
  30007: FILTERED,
  30008: { reason: 'undelivered' },
  30010: { reason: 'price_too_high' },
  30011: CONTENT,
  // Of the recipient's carrier: others are reached.
  30017: { reason: 'temporary_failure', retried: true },
  30018: SENDER,
  30019: TOO_LARGE,
  30022: TOO_MANY,
  30023: TOO_MANY,
  30024: SENDER,
  30032: SENDER,
  30034: SENDER,
  30036: TIMED_OUT,
  30038: FILTERED,
  30410: TIMED_OUT,
  63001: SIGN_IN,
  63003: NOT_ON_WHATSAPP,
  63005: CONTENT,
  63007: SENDER,
  // Of one message's content: its sender may write others.
  63013: POLICY,
  // Or has taken the consent back: the code is the same.
  63014: BLOCKED,
  63015: { reason: 'address_not_in_sandbox' },
  63016: { reason: 'template_required' },
  63018: TOO_MANY,
  63020: SIGN_IN,
  63021: CONTENT,
  63024: NOT_ON_WHATSAPP,
  63027: TEMPLATE,
  63028: TEMPLATE,
  63032: UNWANTED,
  63033: BLOCKED,
  63038: TOO_MANY,
  63040: TEMPLATE,
  63041: TEMPLATE,
  63042: TEMPLATE,
  63049: UNWANTED,
  63051: { ...LOCKED, pausesSender: true },
};
