import { createHmac } from 'node:crypto';
import type { CallbackReader, DeliveryEvent } from '../callback.js';
import { isRecent, timeOf, timeOfSeconds } from '../callbacks/callback-time.js';
import { vendorIdOf } from '../callbacks/event-fields.js';
import { optOutEvents } from '../callbacks/opt-out-event.js';
import { isSigned } from '../callbacks/same-secret.js';
import { fieldsOf, requiredFields } from '../json.js';
import type { SmsMobileApiCredentials } from './smsmobileapi.credentials.js';

/**
 * SMSMobileAPI's webhook V2 (https://github.com/SmsMobileApi/smsmobileapi-webhook-examples): HMAC-SHA256 over time and
 * untouched body, with the secret, and beside it with the one that will replace it.
 */
export const smsMobileApiCallbacks: CallbackReader<Pick<SmsMobileApiCredentials, 'webhook_secrets'>> = {
  signed: true,

  async verify({ headers, body, receivedAt }, { webhook_secrets: secrets = [] }) {
    const timestamp = headers['x-smsmobileapi-timestamp'];
    if (timestamp === undefined || !isRecent(timeOfSeconds(timestamp), receivedAt)) return false;
    const given = [headers['x-smsmobileapi-signature'], headers['x-smsmobileapi-signature-next']];
    const signatureOf = (secret: string) =>
      `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
    return isSigned(given, secrets, signatureOf);
  },

  /**
   * Leaves out `sms.api.submitted`, which is the answer that we had, `sms.mobile.sent`, which somebody wrote by hand,
   * and what it has of calls and mails.
   */
  read({ body }) {
    const event = requiredFields(body.toString());
    const { guid, from, message } = fieldsOf(event['data']);
    const at = timeOf(event['occurred_at'] ?? event['created_at']);
    const id = vendorIdOf(guid);
    switch (event['type']) {
      case 'sms.sent':
        return id === undefined ? [] : [phoneEvent(id, 'sent', at)];
      case 'sms.failed':
        return id === undefined ? [] : [phoneEvent(id, 'failed', at)];
      case 'sms.received':
        return optOutEvents(message, { channel: 'sms', at, id: vendorIdOf(event['id']) ?? id, from });
      default:
        return [];
    }
  },
};

/** Makes the event of what became of a message on the telephone: the same one whether it was reported or asked for. */
export function phoneEvent(guid: string, kind: 'sent' | 'failed', at: Date | null): DeliveryEvent {
  const event = { eventId: `${guid}:${kind}`, kind, at, providerMessageId: guid, channel: 'sms' } as const;
  return kind === 'failed' ? { ...event, reason: 'phone_failed' } : event;
}
