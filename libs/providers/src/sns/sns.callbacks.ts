import { type SnsCallbackCredentials, snsEnvelope } from '../aws/sns-envelope.js';
import { snsTopic } from '../aws/sns-topic.js';
import { rowOf } from '../by-code.js';
import type { CallbackReader, DeliveryEvent, EventMeaning } from '../callback.js';
import { timeOf } from '../callbacks/callback-time.js';
import { factId, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { optOutEvents } from '../callbacks/opt-out-event.js';
import { fieldsOf, type JsonRecord, requiredFields, textOf } from '../json.js';

/** Amazon SNS: replies to an SMS, and what became of one where AWS End User Messaging says so on a topic. */
export const snsCallbacks: CallbackReader<SnsCallbackCredentials> = {
  ...snsTopic,

  read(request) {
    const { Type, Message, MessageId, Timestamp } = snsEnvelope(request);
    if (Type !== 'Notification') return [];
    const message = requiredFields(Message);
    const read = message['messageBody'] === undefined ? receipt : reply;
    return read(message, vendorIdOf(MessageId), timeOf(Timestamp));
  },
};

/** Reads `{originationNumber, destinationNumber, messageBody, inboundMessageId}`. */
function reply(message: JsonRecord, envelopeId: string | undefined, at: Date | null): DeliveryEvent[] {
  const { messageBody, inboundMessageId, originationNumber: from, destinationNumber } = message;
  const id = vendorIdOf(inboundMessageId) ?? envelopeId;
  return optOutEvents(messageBody, { channel: 'sms', at, id, from, writtenTo: phoneOf(destinationNumber) });
}

const MEANINGS: Readonly<Record<string, EventMeaning>> = {
  SUCCESS: { kind: 'delivered' },
  FAILURE: { kind: 'failed', reason: 'undelivered' },
  TEXT_SENT: { kind: 'sent' },
  TEXT_SUCCESSFUL: { kind: 'sent' },
  TEXT_DELIVERED: { kind: 'delivered' },
  TEXT_INVALID: { kind: 'failed', reason: 'bad_address', suppress: 'invalid' },
  TEXT_INVALID_MESSAGE: { kind: 'failed', reason: 'content_rejected' },
  TEXT_CARRIER_UNREACHABLE: { kind: 'failed', reason: 'handset_unreachable' },
  TEXT_UNREACHABLE: { kind: 'failed', reason: 'handset_unreachable' },
  TEXT_BLOCKED: { kind: 'failed', reason: 'recipient_blocks_sender' },
  TEXT_CARRIER_BLOCKED: { kind: 'failed', reason: 'carrier_filtered' },
  TEXT_SPAM: { kind: 'failed', reason: 'carrier_filtered' },
  TEXT_TTL_EXPIRED: { kind: 'failed', reason: 'delivery_timed_out' },
  TEXT_UNKNOWN: { kind: 'failed', reason: 'undelivered' },
};

/**
 * Reads `{eventType: 'TEXT_DELIVERED', messageId}`, or as SNS itself writes it `{status: 'SUCCESS', notification:
 * {messageId}, delivery}`.
 */
function receipt(message: JsonRecord, envelopeId: string | undefined, at: Date | null): DeliveryEvent[] {
  const status = textOf(message['eventType'] ?? message['status']) ?? '';
  const meaning = rowOf(MEANINGS, status);
  const id = vendorIdOf(message['messageId'] ?? fieldsOf(message['notification'])['messageId']);
  if (!meaning || id === undefined) return [];
  const address = phoneOf(message['destinationPhoneNumber'] ?? fieldsOf(message['delivery'])['destination']);
  const eventId = envelopeId ?? factId(id, status);
  return [{ ...meaning, channel: 'sms', eventId, at, providerMessageId: id, address, detail: { status } }];
}
