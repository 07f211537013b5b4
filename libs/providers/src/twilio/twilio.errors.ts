import { byCode } from '../by-code.js';
import type { VendorError } from '../vendor-errors.js';

/** Twilio's codes, and those of WhatsApp behind it, 63xxx (https://www.twilio.com/docs/api/errors). */
export const TWILIO_ERRORS = byCode<VendorError>(
  [{ reason: 'bad_address', suppress: 'invalid' }, 21211, 21217, 21614, 30005],
  // Who has no WhatsApp today may have it tomorrow.
  [{ reason: 'bad_address' }, 63003, 63024],
  [{ reason: 'recipient_opted_out', suppress: 'unsubscribe' }, 21610],
  // 63014: or has taken the consent back; the code is the same.
  [{ reason: 'recipient_blocks_sender' }, 30004, 63014, 63033],
  [{ reason: 'address_not_in_sandbox' }, 63015],
  [{ reason: 'handset_unreachable' }, 30003],
  // 21612: a pair of sender and recipient that no carrier connects. 30006: a landline, or a carrier that is away.
  [{ reason: 'undelivered' }, 21612, 30006, 30008],
  [{ reason: 'delivery_timed_out' }, 30036, 30410],
  [{ reason: 'carrier_filtered' }, 30007, 30038],
  // 21408: a country that the account may not send to. 63013: of one message's content; its sender may write others.
  [{ reason: 'policy_rejected' }, 21408, 63013],
  [{ reason: 'not_delivered_by_policy' }, 63032, 63049],
  [{ reason: 'sender_refused' }, 21603, 21606, 21659, 21660, 30018, 30024, 30032, 30034, 63007],
  [{ reason: 'content_rejected' }, 30011, 63005, 63021],
  [{ reason: 'message_too_large' }, 21605, 21617, 30019],
  [{ reason: 'price_too_high' }, 30010],
  [{ reason: 'template_required' }, 63016],
  [{ reason: 'template_refused' }, 21656, 63027, 63028, 63040, 63041, 63042],
  [{ reason: 'vendor_rate_limited', retried: true }, 20429, 30022, 30023, 63018, 63038],
  [{ reason: 'vendor_queue_full', retried: true }, 30001],
  // Of the recipient's carrier: others are reached.
  [{ reason: 'temporary_failure', retried: true }, 30017],
  [{ reason: 'authentication_failed', retried: true }, 20003, 63001, 63020],
  [{ reason: 'account_locked', retried: true }, 20005, 30002],
  [{ reason: 'account_locked', retried: true, pausesSender: true }, 63051],
);
