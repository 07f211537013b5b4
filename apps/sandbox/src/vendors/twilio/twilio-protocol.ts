import type { Protocol, VendorReply } from '../submission.js';
import type { VendorRefusal } from '../vendor-refusal.js';

/** What Twilio's code is where only the status is known (its error dictionary). */
const CODE_OF_STATUS: Record<number, string> = {
  400: '20001',
  401: '20003',
  403: '20403',
  404: '20404',
  429: '20429',
  503: '20503',
};

const tooMany = { status: 429, code: '20429', text: 'Too Many Requests' };

export const twilioSms: Protocol = { vendor: 'twilio', channel: 'sms', refuse, tooMany };
export const twilioWhatsApp: Protocol = { vendor: 'twilio-whatsapp', channel: 'whatsapp', refuse, tooMany };

function refuse({ status, code = CODE_OF_STATUS[status] ?? '20500', message }: VendorRefusal): VendorReply {
  const body = { code: Number(code), message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return { status, body };
}
