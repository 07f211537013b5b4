import type { CallbackReader, CallbackRequest, DeliveryEvent, EventMeaning } from '../callback.js';
import { replyText } from '../callbacks/reply-text.js';
import { timeOf } from '../callbacks/callback-time.js';
import { emailOf, factId, messageIdOf, vendorIdOf, vendorWord } from '../callbacks/event-fields.js';
import { fieldsOf, type JsonRecord, listOf, parsedJson, requiredRecord, textOf } from '../callbacks/json-body.js';
import { meaningOfSesBounce } from '../aws/ses-bounce-types.js';
import { type SnsCallbackCredentials, snsEnvelope } from '../aws/sns-envelope.js';
import { snsTopic } from '../aws/sns-topic.js';

/** What an event says of one recipient. */
type RecipientMeaning = EventMeaning & { to: unknown };

/** An event's own part (`bounce`, `delivery` …) and that about the mail, as sayings. */
type Read = (part: JsonRecord, mail: JsonRecord) => RecipientMeaning[];

/** By the name of the event: where its own part is, and how it reads. */
const READ: Readonly<Record<string, readonly [part: string, read: Read]>> = {
  Send: ['send', (_, mail) => toAll(mail, { kind: 'sent' })],
  Delivery: ['delivery', ({ recipients }) => listOf(recipients).map((to) => ({ kind: 'delivered', to }))],
  Bounce: ['bounce', bounced],
  Complaint: ['complaint', complained],
  Reject: ['reject', rejected],
  DeliveryDelay: ['deliveryDelay', delayed],
  'Rendering Failure': ['failure', (_, mail) => toAll(mail, { kind: 'failed', reason: 'rendering_failed' })],
  Open: ['open', (_, mail) => toAll(mail, { kind: 'opened' })],
  Click: ['click', (_, mail) => toAll(mail, { kind: 'clicked' })],
  Subscription: ['subscription', unsubscribed],
};

/** Amazon SES: events of a configuration set, or of an identity, through a topic of SNS. */
export const sesCallbacks: CallbackReader<SnsCallbackCredentials> = {
  ...snsTopic,

  read(request: CallbackRequest): DeliveryEvent[] {
    const { Type, Message, MessageId } = snsEnvelope(request);
    // SES says so to a new topic, in words.
    if (Type !== 'Notification' || /^Successfully validated SNS topic/.test(Message)) return [];
    const event = requiredRecord(parsedJson(Message));
    const name = textOf(event['eventType'] ?? event['notificationType']) ?? '';
    const known = Object.hasOwn(READ, name) ? READ[name] : undefined;
    if (!known) return [];
    const [partName, read] = known;
    const [part, mail] = [fieldsOf(event[partName]), fieldsOf(event['mail'])];
    const about = {
      channel: 'email' as const,
      at: timeOf(part['timestamp']) ?? timeOf(mail['timestamp']),
      messageId: messageIdOf(ownIdOf(mail)),
      providerMessageId: vendorIdOf(mail['messageId']),
    };
    // SES may tell the same twice, in two messages of SNS.
    const told = textOf(part['feedbackId']) ?? about.at?.toISOString();
    return read(part, mail).map(({ to, ...meaning }) => {
      const address = emailOf(to);
      return {
        ...meaning,
        ...about,
        eventId: factId(about.providerMessageId ?? MessageId, name, told, address),
        address,
      };
    });
  },
};

/** Our id: a tag, which reaches events through a configuration set alone, or the Message-ID that we wrote. */
function ownIdOf(mail: JsonRecord): unknown {
  const [tag] = listOf(fieldsOf(mail['tags'])['message_id']);
  if (tag !== undefined) return tag;
  const header = listOf(mail['headers'])
    .map(fieldsOf)
    .find(({ name }) => typeof name === 'string' && /^(x-)?message-id$/i.test(name));
  return /^<?([^@<>]{1,100})@/.exec(textOf(header?.['value']) ?? '')?.[1];
}

function toAll(mail: JsonRecord, meaning: EventMeaning): RecipientMeaning[] {
  return listOf(mail['destination']).map((to) => ({ ...meaning, to }));
}

function bounced(bounce: JsonRecord): RecipientMeaning[] {
  const [type, subType] = [textOf(bounce['bounceType']), textOf(bounce['bounceSubType'])];
  return listOf(bounce['bouncedRecipients'])
    .map(fieldsOf)
    .map(({ emailAddress: to, status, diagnosticCode }) => {
      const text = textOf(diagnosticCode) ?? '';
      const detail = {
        type: vendorWord(type),
        subtype: vendorWord(subType),
        status: vendorWord(status),
        reply: replyText(text, emailOf(to)),
      };
      return {
        ...meaningOfSesBounce({ type, subType, status: textOf(status), text, recipient: emailOf(to) }),
        detail,
        to,
      };
    });
}

/** `not-spam` takes a complaint back; one by the account's own list was never sent. */
function complained(complaint: JsonRecord): RecipientMeaning[] {
  const { complaintFeedbackType: feedback, complaintSubType: subType } = complaint;
  if (feedback === 'not-spam') return [];
  const meaning: EventMeaning =
    subType === 'OnAccountSuppressionList'
      ? { kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'complaint' }
      : { kind: 'complained', suppress: 'complaint', detail: { feedback: vendorWord(feedback) } };
  return listOf(complaint['complainedRecipients'])
    .map(fieldsOf)
    .map(({ emailAddress: to }) => ({ ...meaning, to }));
}

function rejected(reject: JsonRecord, mail: JsonRecord): RecipientMeaning[] {
  return toAll(mail, { kind: 'failed', reason: 'content_rejected', detail: { said: vendorWord(reject['reason']) } });
}

function delayed({ delayType, delayedRecipients }: JsonRecord): RecipientMeaning[] {
  const reason = delayType === 'MailboxFull' ? 'mailbox_full' : 'delivery_delayed';
  return listOf(delayedRecipients)
    .map(fieldsOf)
    .map(({ emailAddress: to, status }) => {
      const detail = { type: vendorWord(delayType), status: vendorWord(status) };
      return { kind: 'deferred', reason, detail, to };
    });
}

/**
 * Preferences changed by SES's own unsubscribe page: of all, or of one topic of the list, which with us is the
 * message's topic.
 */
function unsubscribed({ newTopicPreferences }: JsonRecord, mail: JsonRecord): RecipientMeaning[] {
  const { unsubscribeAll, topicSubscriptionStatus: topics } = fieldsOf(newTopicPreferences);
  const left = listOf(topics).some((topic) => fieldsOf(topic)['subscriptionStatus'] === 'OptOut');
  if (unsubscribeAll === true) return toAll(mail, { kind: 'unsubscribed', suppress: 'unsubscribe' });
  return left ? toAll(mail, { kind: 'unsubscribed', suppress: 'unsubscribe', suppressScope: 'topic' }) : [];
}
