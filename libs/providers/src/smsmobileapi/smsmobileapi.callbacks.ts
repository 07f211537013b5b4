import { createHmac } from 'node:crypto';
import type { CallbackReader, CallbackRequest, DeliveryEvent } from '../callback.js';
import { isRecent, timeOf, timeOfSeconds } from '../callbacks/callback-time.js';
import { vendorIdOf } from '../callbacks/event-fields.js';
import { fieldsOf, jsonBody, type JsonRecord, requiredRecord, textOf } from '../callbacks/json-body.js';
import { optOutEvent } from '../callbacks/opt-out-event.js';
import { sameSecret } from '../callbacks/same-secret.js';
import { optOutWordOf } from '../callbacks/stop-words.js';

export interface SmsMobileApiCallbackCredentials {
  webhook_secrets?: string[];
}

/**
 * SMSMobileAPI's webhook V2 (https://github.com/SmsMobileApi/smsmobileapi-webhook-examples): HMAC-SHA256 over time and
 * untouched body, with the secret, and beside it with the one that will replace it.
 */
export const smsMobileApiCallbacks: CallbackReader<SmsMobileApiCallbackCredentials> = {
  signed: true,

  async verify({ headers, body, receivedAt }, { webhook_secrets: secrets = [] }) {
    const timestamp = headers['x-smsmobileapi-timestamp'];
    if (timestamp === undefined || !isRecent(timeOfSeconds(timestamp), receivedAt)) return false;
    const given = [headers['x-smsmobileapi-signature'], headers['x-smsmobileapi-signature-next']];
    return secrets.some((secret) => {
      if (secret === '') return false;
      const expected = `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
      return given.some((signature) => signature !== undefined && sameSecret(signature, expected));
    });
  },

  read(request: CallbackRequest): DeliveryEvent[] {
    const event = requiredRecord(jsonBody(request));
    const data = fieldsOf(event['data']);
    const at = timeOf(event['occurred_at'] ?? event['created_at']);
    switch (event['type']) {
      case 'sms.sent':
        return ofPhone(data, 'sent', at);
      case 'sms.failed':
        return ofPhone(data, 'failed', at);
      case 'sms.received':
        return optOut(data, event['id'], at);
      default:
        // `sms.api.submitted` is the answer that we had, `sms.mobile.sent` what somebody wrote by hand; and it has
        // calls and mails.
        return [];
    }
  },
};

/** What became of a message on the telephone. The same fact, whether we are told it or have asked for it. */
export function phoneSaid(guid: string, kind: 'sent' | 'failed', at: Date | null): DeliveryEvent {
  const told = { eventId: `${guid}:${kind}`, kind, at, providerMessageId: guid, channel: 'sms' } as const;
  return kind === 'failed' ? { ...told, reason: 'phone_failed' } : told;
}

function ofPhone({ guid }: JsonRecord, kind: 'sent' | 'failed', at: Date | null): DeliveryEvent[] {
  const id = vendorIdOf(guid);
  return id === undefined ? [] : [phoneSaid(id, kind, at)];
}

function optOut({ from, message, guid }: JsonRecord, eventId: unknown, at: Date | null): DeliveryEvent[] {
  const word = optOutWordOf(textOf(message) ?? '');
  if (word === null) return [];
  const id = vendorIdOf(eventId) ?? vendorIdOf(guid);
  return [optOutEvent(word, { channel: 'sms', at, id, from })];
}
