import type { Evidence } from '../callback.js';

type Meaning = Pick<Evidence, 'reason' | 'suppress' | 'pausesSender'>;

const TOO_MANY: Meaning = { reason: 'vendor_rate_limited' };
const TEMPLATE: Meaning = { reason: 'template_refused' };
const ACCOUNT: Meaning = { reason: 'policy_rejected', pausesSender: true };

/** Why a message was not delivered (https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes). */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  368: ACCOUNT,
  130429: TOO_MANY,
  130472: { reason: 'policy_rejected' },
  130497: { reason: 'policy_rejected' },
  131000: { reason: 'undelivered' },
  131008: { reason: 'refused' },
  131021: { reason: 'bad_address' },
  // No WhatsApp at the number, or one too old, or terms that were not agreed to: not for ever.
  131026: { reason: 'undelivered' },
  131030: { reason: 'address_not_in_sandbox' },
  131031: ACCOUNT,
  131042: { reason: 'sender_refused' },
  131045: { reason: 'sender_refused' },
  131047: { reason: 'conversation_window_closed' },
  131048: ACCOUNT,
  131049: { reason: 'policy_rejected' },
  131050: { reason: 'recipient_opted_out', suppress: 'unsubscribe' },
  131051: { reason: 'content_rejected' },
  131052: { reason: 'content_rejected' },
  131053: { reason: 'content_rejected' },
  131056: TOO_MANY,
  132000: TEMPLATE,
  132001: TEMPLATE,
  132005: TEMPLATE,
  132007: TEMPLATE,
  132012: TEMPLATE,
  132015: TEMPLATE,
  132016: TEMPLATE,
  133010: { reason: 'sender_refused' },
};

export function meaningOfWhatsAppError(code: string | undefined): Meaning {
  return (code !== undefined && Object.hasOwn(BY_CODE, code) && BY_CODE[code]) || { reason: 'undelivered' };
}
