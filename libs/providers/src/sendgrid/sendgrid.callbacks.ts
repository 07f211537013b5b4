import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { classifyBounce } from '../bounce-mail/classify-bounce.js';
import { rowOf } from '../by-code.js';
import { type CallbackReader, type DeliveryEvent, type EventMeaning, UnreadableCallbackError } from '../callback.js';
import { isRecent, timeOfSeconds } from '../callbacks/callback-time.js';
import { emailOf, factId, messageIdOf, vendorIdOf, vendorWord } from '../callbacks/event-fields.js';
import { replyText } from '../callbacks/reply-text.js';
import { type JsonRecord, parsedJson, recordsOf, textOf } from '../json.js';
import type { SendGridCredentials } from './sendgrid.credentials.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';

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
export const sendGridCallbacks: CallbackReader<Pick<SendGridCredentials, 'webhook_public_keys'>> = {
  signed: true,

  async verify({ headers, body, receivedAt }, { webhook_public_keys: keys = [] }) {
    const signature = headers['x-twilio-email-event-webhook-signature'];
    const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
    if (signature === undefined || timestamp === undefined || !isRecent(timeOfSeconds(timestamp), receivedAt))
      return false;
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    return keys.some((key) => {
      const publicKey = publicKeyOf(key);
      return publicKey !== null && verify('sha256', signed, publicKey, Buffer.from(signature, 'base64'));
    });
  },

  read({ body }) {
    const events = parsedJson(body.toString());
    if (!Array.isArray(events)) throw new UnreadableCallbackError('the body is no list of events');
    return recordsOf(events).flatMap(eventsOf);
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
  const { event: name, timestamp, message_id: ours, sg_message_id: theirs, sg_event_id: eventId, email } = event;
  const read = rowOf(READ, name);
  if (!read) return [];
  const messageId = messageIdOf(ours);
  // What follows the first dot names the machine that filtered it; the answer to the sending has it not.
  const providerMessageId = vendorIdOf(theirs)?.split('.')[0];
  const address = emailOf(email);
  const message = messageId ?? providerMessageId;
  const fact = factId(textOf(name), message, address, textOf(timestamp));
  return [
    {
      ...read(event),
      channel: 'email',
      eventId: vendorIdOf(eventId) ?? fact,
      // The same event of the same message at the same time may come again under another id: that is one fact.
      factId: message !== undefined && timestamp !== undefined ? fact : undefined,
      at: timeOfSeconds(timestamp),
      messageId,
      providerMessageId,
      address,
    },
  ];
}

/** `blocked`: refused now, while the address may be good. */
function bounced(event: JsonRecord): EventMeaning {
  const blocked = event['event'] === 'blocked' || event['type'] === 'blocked';
  const status = textOf(event['status']);
  const verdict = classifyBounce({ status, text: textOf(event['reason']) ?? '', recipient: emailOf(event['email']) });
  // Where its words say nothing, that it calls it a bounce is what there is: it was for good, unless the status says
  // "now".
  const isForGood = verdict.reason === 'undelivered' && status?.startsWith('4') !== true;
  return {
    kind: 'bounced',
    reason: verdict.reason,
    suppress: blocked ? undefined : (verdict.suppress ?? (isForGood ? 'bounce' : undefined)),
    pausesSender: verdict.pausesSender,
    detail: { type: blocked ? 'blocked' : 'bounce', ...replyOf(event) },
  };
}

function dropped(event: JsonRecord): EventMeaning {
  const said = textOf(event['reason']) ?? '';
  const [, reason = 'refused', suppress] = DROPPED.find(([pattern]) => pattern.test(said)) ?? [];
  return { kind: 'failed', reason, suppress, detail: replyOf(event) };
}

function replyOf(event: JsonRecord): Record<string, string | null> {
  const reply = textOf(event['response']) ?? textOf(event['reason']);
  return {
    ...(event['status'] !== undefined && { status: vendorWord(event['status']) }),
    ...(reply !== undefined && { reply: replyText(reply, emailOf(event['email'])) }),
  };
}
