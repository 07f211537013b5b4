import type { Evidence } from '../callback.js';

type Meaning = Pick<Evidence, 'reason' | 'suppress' | 'pausesSender'>;

const INVALID: Meaning = { reason: 'bad_address', suppress: 'invalid' };
const FILTERED: Meaning = { reason: 'carrier_filtered' };
const TOO_MANY: Meaning = { reason: 'vendor_rate_limited' };
const NOT_REGISTERED: Meaning = { reason: 'sender_refused' };

/** Why a message was not delivered (https://www.twilio.com/docs/api/errors). */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  21211: INVALID,
  21408: { reason: 'policy_rejected' },
  21610: { reason: 'recipient_opted_out', suppress: 'unsubscribe' },
  21612: { reason: 'undelivered' },
  21614: INVALID,
  30001: { reason: 'vendor_queue_full' },
  30002: { reason: 'authentication_failed' },
  30003: { reason: 'handset_unreachable' },
  30004: { reason: 'recipient_blocks_sender' },
  30005: INVALID,
  30006: INVALID,
  30007: FILTERED,
  30008: { reason: 'undelivered' },
  30010: { reason: 'price_too_high' },
  30011: { reason: 'content_rejected' },
  30017: TOO_MANY,
  30018: NOT_REGISTERED,
  30019: { reason: 'message_too_large' },
  30022: TOO_MANY,
  30023: TOO_MANY,
  30024: NOT_REGISTERED,
  30032: NOT_REGISTERED,
  30034: NOT_REGISTERED,
  30036: { reason: 'delivery_timed_out' },
  30038: FILTERED,
  30410: { reason: 'delivery_timed_out' },
  63001: { reason: 'authentication_failed' },
  63003: INVALID,
  63005: { reason: 'content_rejected' },
  63007: NOT_REGISTERED,
  63013: { reason: 'policy_rejected', pausesSender: true },
  63014: { reason: 'recipient_blocks_sender' },
  63015: { reason: 'address_not_in_sandbox' },
  63016: { reason: 'conversation_window_closed' },
  63018: TOO_MANY,
  63020: { reason: 'authentication_failed' },
  63024: INVALID,
  63032: { reason: 'policy_rejected' },
  63033: { reason: 'recipient_blocks_sender' },
  63038: TOO_MANY,
  63049: { reason: 'policy_rejected' },
  63051: { reason: 'policy_rejected', pausesSender: true },
};

export function meaningOfTwilioError(code: string | undefined): Meaning {
  return (code !== undefined && Object.hasOwn(BY_CODE, code) && BY_CODE[code]) || { reason: 'undelivered' };
}
