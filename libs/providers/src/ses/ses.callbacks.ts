import { meaningOfSesBounce } from '../aws/ses-bounce-types.js';
import { type SnsCallbackCredentials, snsEnvelope } from '../aws/sns-envelope.js';
import { snsTopic } from '../aws/sns-topic.js';
import { rowOf } from '../by-code.js';
import type { CallbackReader, EventMeaning } from '../callback.js';
import { timeOf } from '../callbacks/callback-time.js';
import { emailOf, factId, messageIdOf, vendorIdOf, vendorWord } from '../callbacks/event-fields.js';
import { replyText } from '../callbacks/reply-text.js';
import { fieldsOf, type JsonRecord, listOf, recordsOf, requiredFields, textOf } from '../json.js';

/** Meaning of an event for one recipient. */
type RecipientMeaning = EventMeaning & { to: unknown };

/** Reads an event's own part (`bounce`, `delivery` …) and that about the mail. */
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

  read(request) {
    const { Type, Message, MessageId } = snsEnvelope(request);
    // SES says so to a new topic, in words.
    if (Type !== 'Notification' || /^Successfully validated SNS topic/.test(Message)) return [];
    const event = requiredFields(Message);
    const name = textOf(event['eventType'] ?? event['notificationType']);
    const known = rowOf(READ, name);
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
    const reported = textOf(part['feedbackId']) ?? about.at?.toISOString();
    return read(part, mail).map(({ to, ...meaning }) => {
      const address = emailOf(to);
      const eventId = factId(about.providerMessageId ?? MessageId, name, reported, address);
      return { ...meaning, ...about, eventId, address };
    });
  },
};

/** Our id: a tag, which reaches events through a configuration set alone, or the Message-ID that we wrote. */
function ownIdOf(mail: JsonRecord): unknown {
  const [tag] = listOf(fieldsOf(mail['tags'])['message_id']);
  if (tag !== undefined) return tag;
  const header = recordsOf(mail['headers']).find(({ name }) => /^(x-)?message-id$/i.test(textOf(name) ?? ''));
  return /^<?([^@<>]{1,100})@/.exec(textOf(header?.['value']) ?? '')?.[1];
}

function toAll(mail: JsonRecord, meaning: EventMeaning): RecipientMeaning[] {
  return listOf(mail['destination']).map((to) => ({ ...meaning, to }));
}

function bounced(bounce: JsonRecord): RecipientMeaning[] {
  const [type, subType] = [textOf(bounce['bounceType']), textOf(bounce['bounceSubType'])];
  return recordsOf(bounce['bouncedRecipients']).map(({ emailAddress: to, status, diagnosticCode }) => {
    const text = textOf(diagnosticCode) ?? '';
    const recipient = emailOf(to);
    const detail = {
      type: vendorWord(type),
      subtype: vendorWord(subType),
      status: vendorWord(status),
      reply: replyText(text, recipient),
    };
    return { ...meaningOfSesBounce({ type, subType, status: textOf(status), text, recipient }), detail, to };
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
  return recordsOf(complaint['complainedRecipients']).map(({ emailAddress: to }) => ({ ...meaning, to }));
}

function rejected(reject: JsonRecord, mail: JsonRecord): RecipientMeaning[] {
  return toAll(mail, { kind: 'failed', reason: 'content_rejected', detail: { said: vendorWord(reject['reason']) } });
}

function delayed({ delayType, delayedRecipients }: JsonRecord): RecipientMeaning[] {
  const reason = delayType === 'MailboxFull' ? 'mailbox_full' : 'delivery_delayed';
  return recordsOf(delayedRecipients).map(({ emailAddress: to, status }) => {
    const detail = { type: vendorWord(delayType), status: vendorWord(status) };
    return { kind: 'deferred', reason, detail, to };
  });
}

/** SES's own unsubscribe page: from all, or from one topic of the list, which with us is the message's topic. */
function unsubscribed({ newTopicPreferences }: JsonRecord, mail: JsonRecord): RecipientMeaning[] {
  const { unsubscribeAll, topicSubscriptionStatus: topics } = fieldsOf(newTopicPreferences);
  const hasLeft = recordsOf(topics).some((topic) => topic['subscriptionStatus'] === 'OptOut');
  if (unsubscribeAll === true) return toAll(mail, { kind: 'unsubscribed', suppress: 'unsubscribe' });
  return hasLeft ? toAll(mail, { kind: 'unsubscribed', suppress: 'unsubscribe', suppressScope: 'topic' }) : [];
}
