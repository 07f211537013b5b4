import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  type CallbackReader,
  type CallbackRequest,
  type DeliveryEvent,
  type EventMeaning,
  UnreadableCallbackError,
} from '../callback.js';
import { replyText } from '../callbacks/reply-text.js';
import { classifyBounce } from '../bounce-mail/classify-bounce.js';
import { isRecent, timeOfSeconds } from '../callbacks/callback-time.js';
import { emailOf, factId, messageIdOf, vendorIdOf, vendorWord } from '../callbacks/event-fields.js';
import { fieldsOf, jsonBody, type JsonRecord, textOf } from '../callbacks/json-body.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';

export interface SendGridCallbackCredentials {
  /** Base64 of DER (SPKI): the old and the new one while a key is being exchanged. */
  webhook_public_keys?: string[];
}

const DROPPED: readonly [RegExp, string, SuppressionReason | undefined][] = [
  [/^bounced address/i, 'suppressed_by_vendor', 'bounce'],
  [/^unsubscribed address/i, 'suppressed_by_vendor', 'unsubscribe'],
  [/^spam reporting address/i, 'suppressed_by_vendor', 'complaint'],
  [/^spam content/i, 'spam_detected', undefined],
  [/^recipient list over/i, 'vendor_rate_limited', undefined],
  [/^invalid smtpapi/i, 'invalid_header', undefined],
  [/^invalid/i, 'bad_address', 'invalid'],
];

const READ: Readonly<Record<string, (event: JsonRecord) => EventMeaning>> = {
  processed: () => ({ kind: 'sent' }),
  deferred: (event) => ({ kind: 'deferred', reason: 'delivery_delayed', detail: replyOf(event) }),
  delivered: () => ({ kind: 'delivered' }),
  bounce: bounced,
  blocked: bounced,
  dropped,
  spamreport: () => ({ kind: 'complained', suppress: 'complaint' }),
  unsubscribe: () => ({ kind: 'unsubscribed', suppress: 'unsubscribe' }),
  // The group is the account's own: with us it is the message's topic.
  group_unsubscribe: () => ({ kind: 'unsubscribed', suppress: 'unsubscribe', suppressScope: 'topic' }),
  open: () => ({ kind: 'opened' }),
  click: () => ({ kind: 'clicked' }),
};

/** SendGrid's event webhook: batches of events, signed by ECDSA over the timestamp and the untouched body. */
export const sendGridCallbacks: CallbackReader<SendGridCallbackCredentials> = {
  signed: true,

  async verify({ headers, body, receivedAt }, { webhook_public_keys: keys = [] }) {
    const signature = headers['x-twilio-email-event-webhook-signature'];
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
    if (signature === undefined || timestamp === undefined) return false;
    if (!isRecent(timeOfSeconds(timestamp), receivedAt)) return false;
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    return keys.some((key) => {
      const publicKey = publicKeyOf(key);
      return publicKey !== null && verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'));
    });
  },

  read(request: CallbackRequest): DeliveryEvent[] {
    const events = jsonBody(request);
    if (!Array.isArray(events)) throw new UnreadableCallbackError('the body is no list of events');
    return events.map(fieldsOf).flatMap(eventsOf);
  },
};

/** Null for what is no key of an elliptic curve: a connection with one that is mistyped trusts nobody by it. */
function publicKeyOf(base64: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? key : null;
  } catch {
    return null;
  }
}

function eventsOf(event: JsonRecord): DeliveryEvent[] {
  const { event: name, timestamp } = event;
  if (typeof name !== 'string' || !Object.hasOwn(READ, name)) return [];
  return [
    {
      ...(READ[name]?.(event) as EventMeaning),
      channel: 'email',
      ...idsOf(name, event),
      at: timeOfSeconds(timestamp),
      messageId: messageIdOf(event['message_id']),
      providerMessageId: theirIdOf(event),
      address: emailOf(event['email']),
    },
  ];
}

/** It may tell the same event of the same message at the same time again under another id: that is one fact. */
function idsOf(name: string, event: JsonRecord): Pick<DeliveryEvent, 'eventId' | 'factId'> {
  const message = messageIdOf(event['message_id']) ?? theirIdOf(event);
  const fact = factId(name, message, emailOf(event['email']), textOf(event['timestamp']));
  const isWhole = message !== undefined && event['timestamp'] !== undefined;
  return { eventId: vendorIdOf(event['sg_event_id']) ?? fact, ...(isWhole && { factId: fact }) };
}

/** What follows the first dot names the machine that filtered it; the answer to the sending has it not. */
function theirIdOf({ sg_message_id: id }: JsonRecord): string | undefined {
  return vendorIdOf(id)?.split('.')[0];
}

/** `blocked`: refused now, while the address may be good. */
function bounced(event: JsonRecord): EventMeaning {
  const blocked = event['event'] === 'blocked' || event['type'] === 'blocked';
  const status = textOf(event['status']);
  const verdict = classifyBounce({ status, text: textOf(event['reason']) ?? '', recipient: emailOf(event['email']) });
  // Where its words say nothing, that it calls it a bounce is what there is: it was for good, unless the status says
  // "now".
  const isForGood = verdict.reason === 'undelivered' && status?.startsWith('4') !== true;
  const suppress = verdict.suppress ?? (isForGood ? ('bounce' as const) : undefined);
  return {
    kind: 'bounced',
    reason: verdict.reason,
    ...(!blocked && suppress && { suppress }),
    ...(verdict.pausesSender && { pausesSender: true }),
    detail: { type: blocked ? 'blocked' : 'bounce', ...replyOf(event) },
  };
}

function dropped(event: JsonRecord): EventMeaning {
  const said = textOf(event['reason']) ?? '';
  const [, reason = 'refused', suppress] = DROPPED.find(([pattern]) => pattern.test(said)) ?? [];
  return { kind: 'failed', reason, ...(suppress && { suppress }), detail: replyOf(event) };
}

function replyOf(event: JsonRecord): Record<string, string | null> {
  const reply = textOf(event['response']) ?? textOf(event['reason']);
  return {
    ...(event['status'] !== undefined && { status: vendorWord(event['status']) }),
    ...(reply !== undefined && { reply: replyText(reply, emailOf(event['email'])) }),
  };
}
