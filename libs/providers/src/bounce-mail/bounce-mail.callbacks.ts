import {
  type CallbackReader,
  type CallbackRequest,
  type DeliveryEvent,
  type EventMeaning,
  UnreadableCallbackError,
} from '../callback.js';
import { replyText } from '../callbacks/reply-text.js';
import { isAutoReply, isOnlyWarning, looksUndelivered } from './auto-reply.js';
import { type BounceMessage, ownHeader, returnedHeader, takeApart } from './bounce-message.js';
import { classifyBounce } from './classify-bounce.js';
import type { RecipientStatus } from './delivery-status.js';
import { stageOf } from './dialogue-stage.js';
import { ownIdOf, relayIdOf } from './message-ids.js';
import { parseMessage } from './mime-part.js';
import {
  addressesIn,
  linesAbout,
  MOST_RECIPIENTS,
  namedRecipients,
  ourOwn,
  targetsIn,
  textAbout,
} from './plain-recipients.js';
import { timeOf } from '../callbacks/callback-time.js';
import { emailOf, factId } from '../callbacks/event-fields.js';

/** Meaning of one mail for one recipient. */
type RecipientMeaning = EventMeaning & { to: string | undefined };

/** Facts about one recipient. */
interface RecipientFacts {
  to: string | undefined;
  status?: string | undefined;
  text: string;
  /** What is said in words, for where the report's field says nothing. */
  around: string;
  /** How far the dialogue was, where the mail is about one recipient. */
  stage?: string | undefined;
  /** Addresses it was sent from. */
  ours: ReadonlySet<string>;
}

const DONE = /^(?:delivered|relayed|expanded|deliverable)$/;

/**
 * Reads a mail that came back, raw as it came: delivery reports (RFC 3464), feedback reports (RFC 5965) and what
 * servers write in words alone. Empty when it is none of these. A mail proves nothing by itself: believe it of a
 * message it names.
 *
 * @throws {UnreadableCallbackError} for what is no mail
 */
export function readBounceMail(body: Buffer): DeliveryEvent[] {
  const top = parseMessage(body);
  if (!['from', 'to', 'subject', 'received', 'content-type'].some((name) => top.headers.has(name))) {
    throw new UnreadableCallbackError('the body is no mail');
  }
  const message = takeApart(top);
  const about = {
    channel: 'email' as const,
    at: timeOf(ownHeader(message, 'date')),
    messageId: ownIdOf(message),
    providerMessageId: relayIdOf(message),
  };
  const bounceId = factId(ownHeader(message, 'message-id') || body.toString('latin1'));
  const events = meaningsOf(message).map(({ to, ...meaning }) => {
    const address = emailOf(to);
    return { ...meaning, ...about, eventId: factId('mail', bounceId, address?.toLowerCase(), meaning.kind), address };
  });
  // An alias that leads to itself is reported as often as it was followed.
  return [...new Map(events.map((one) => [one.eventId, one])).values()];
}

/**
 * Mails that come back, posted raw to an SMTP connection's address of callbacks. Whoever posts them has the token of
 * the URL.
 */
export const bounceMailCallbacks: CallbackReader = {
  signed: false,
  verify: async () => true,
  read: ({ body }: CallbackRequest) => readBounceMail(body),
};

function meaningsOf(message: BounceMessage): RecipientMeaning[] {
  if (message.feedback) return complaint(message, message.feedback);
  if (isLooseComplaint(message)) return complaint(message, message.returned);
  if (message.statuses.length > 0) return reported(message);
  if (isAutoReply(message) || !looksUndelivered(message)) return [];
  const tell = isOnlyWarning(message) ? deferred : bounced;
  const around = message.words;
  const ours = ourOwn(message);
  const named = namedRecipients(message).map(({ address, text }) => tell({ to: address, text, around, ours }));
  // Nobody is named, but the message is: it had one recipient.
  if (named.length === 0 && ownIdOf(message) !== undefined)
    return [tell({ to: undefined, text: around, around, ours })];
  return named;
}

/** Hotmail sends the message itself, with a header of its own, instead of a report. */
function isLooseComplaint(message: BounceMessage): boolean {
  return /^\s*complaint about message from/i.test(ownHeader(message, 'subject'));
}

/** A person pressed "spam" (`abuse`, `fraud`, `virus`); a report of a failed authentication is about nobody's wish. */
function complaint(message: BounceMessage, feedback: ReadonlyMap<string, readonly string[]>): RecipientMeaning[] {
  const type = feedback.get('feedback-type')?.[0]?.trim().toLowerCase() ?? 'abuse';
  if (/^(?:auth-failure|not-spam|dmarc)/.test(type)) return [];
  const named =
    (feedback.get('original-rcpt-to') ?? feedback.get('x-hmxmroriginalrecipient'))?.flatMap((value) =>
      addressesIn(`${value} `),
    ) ?? [];
  const to = named.length > 0 ? named : addressesIn(`${returnedHeader(message, 'to') ?? ''} `).slice(0, 1);
  const detail = { feedback: /^[a-z-]{1,40}$/.test(type) ? type : null };
  const meaning: EventMeaning = /^opt-out/.test(type)
    ? { kind: 'unsubscribed', suppress: 'unsubscribe', detail }
    : { kind: 'complained', suppress: 'complaint', detail };
  return (to.length > 0 ? to.slice(0, MOST_RECIPIENTS) : [undefined]).map((address) => ({ ...meaning, to: address }));
}

function reported(message: BounceMessage): RecipientMeaning[] {
  const ours = ourOwn(message);
  const named = linesAbout(message.words, ours);
  const targets = targetsIn(message.words);
  const stage = message.statuses.length === 1 ? stageOf(message.words) : undefined;
  return message.statuses
    .slice(0, MOST_RECIPIENTS)
    .map(({ recipient, action, status, diagnostic }: RecipientStatus) => {
      const to = targets.get(recipient?.toLowerCase() ?? '') ?? recipient ?? named[0]?.address;
      if (DONE.test(action ?? '') || (action === undefined && status?.startsWith('2')))
        return { kind: 'delivered', to };
      const around = textAbout(named, to ?? '') ?? message.words;
      const facts = { to, status, text: diagnostic, around, stage, ours };
      return action === 'delayed' ? deferred(facts) : bounced(facts);
    });
}

function bounced({ to, ...facts }: RecipientFacts): RecipientMeaning {
  const { status, text } = facts;
  const { kind, reason, suppress, pausesSender } = classifyBounce({ ...facts, recipient: to });
  const detail = { status: status ?? null, class: kind, reply: replyText(text, to) };
  return {
    kind: 'bounced',
    reason,
    ...(suppress && { suppress }),
    ...(pausesSender && { pausesSender }),
    detail,
    to,
  };
}

/** Makes the event of a message that the server still tries to deliver. */
function deferred({ to, ...facts }: RecipientFacts): RecipientMeaning {
  const { status, text } = facts;
  const { reason } = classifyBounce({ ...facts, recipient: to });
  return { kind: 'deferred', reason, detail: { status: status ?? null, reply: replyText(text, to) }, to };
}
