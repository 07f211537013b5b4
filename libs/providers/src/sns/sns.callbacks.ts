import type { CallbackReader, CallbackRequest, DeliveryEvent } from '../callback.js';
import { timeOf } from '../callbacks/callback-time.js';
import { factId, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { fieldsOf, type JsonRecord, parsedJson, requiredRecord, textOf } from '../callbacks/json-body.js';
import { optOutEvent } from '../callbacks/opt-out-event.js';
import { type SnsCallbackCredentials, snsEnvelope } from '../aws/sns-envelope.js';
import { snsTopic } from '../aws/sns-topic.js';
import { optOutWordOf } from '../callbacks/stop-words.js';

/** Amazon SNS: replies to an SMS, and what became of one where AWS End User Messaging says so on a topic. */
export const snsCallbacks: CallbackReader<SnsCallbackCredentials> = {
  ...snsTopic,

  read(request: CallbackRequest): DeliveryEvent[] {
    const { Type, Message, MessageId, Timestamp } = snsEnvelope(request);
    if (Type !== 'Notification') return [];
    const message = requiredRecord(parsedJson(Message));
    const at = timeOf(Timestamp);
    if (message['messageBody'] !== undefined) return reply(message, vendorIdOf(MessageId), at);
    return receipt(message, vendorIdOf(MessageId), at);
  },
};

/** `{originationNumber, destinationNumber, messageBody, inboundMessageId}`. */
function reply(message: JsonRecord, envelopeId: string | undefined, at: Date | null): DeliveryEvent[] {
  const word = optOutWordOf(textOf(message['messageBody']) ?? '');
  if (word === null) return [];
  const id = vendorIdOf(message['inboundMessageId']) ?? envelopeId;
  const writtenTo = phoneOf(message['destinationNumber']);
  return [optOutEvent(word, { channel: 'sms', at, id, from: message['originationNumber'], writtenTo })];
}

/**
 * `{eventType: 'TEXT_DELIVERED', messageId}`, or as SNS itself writes it `{status: 'SUCCESS', notification:
 * {messageId}, delivery}`.
 */
const KINDS: Readonly<Record<string, Pick<DeliveryEvent, 'kind' | 'reason' | 'suppress'>>> = {
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

function receipt(message: JsonRecord, envelopeId: string | undefined, at: Date | null): DeliveryEvent[] {
  const name = textOf(message['eventType'] ?? message['status']) ?? '';
  const meaning = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  const id = vendorIdOf(message['messageId'] ?? fieldsOf(message['notification'])['messageId']);
  if (!meaning || id === undefined) return [];
  const address = phoneOf(message['destinationPhoneNumber'] ?? fieldsOf(message['delivery'])['destination']);
  return [
    {
      ...meaning,
      channel: 'sms',
      eventId: envelopeId ?? factId(id, name),
      at,
      providerMessageId: id,
      address,
      detail: { status: name },
    },
  ];
}
