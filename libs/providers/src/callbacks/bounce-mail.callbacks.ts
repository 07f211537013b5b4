import { type CallbackReader, type CallbackRequest, type Evidence, UnreadableCallbackError } from '../callback.js';
import { recordable } from '../email/smtp-reply.js';
import { isAutoReply, looksUndelivered } from './bounce-mail/auto-reply.js';
import { type BounceMessage, ownHeader, returnedHeader, takeApart } from './bounce-mail/bounce-message.js';
import { classifyBounce } from './bounce-mail/classify-bounce.js';
import type { RecipientStatus } from './bounce-mail/delivery-status.js';
import { parseMessage } from './bounce-mail/mime-part.js';
import { addressesIn, linesAbout, namedRecipients, ourOwn, textAbout } from './bounce-mail/plain-recipients.js';
import { timeOf } from './callback-time.js';
import { emailOf, factId, messageIdOf } from './evidence-fields.js';

/** What one mail says of one recipient. */
type Saying = Pick<Evidence, 'kind' | 'reason' | 'suppress' | 'pausesSender' | 'detail'> & { to: string | undefined };

const DONE = /^(?:delivered|relayed|expanded)$/;

/**
 * Mails that come back, raw: delivery reports (RFC 3464), feedback reports (RFC 5965) and what servers write in words alone. Whoever posts
 * them has the token of the URL; a mail proves nothing by itself.
 */
export const bounceMailCallbacks: CallbackReader = {
  signed: false,

  verify: async () => true,

  read({ body }: CallbackRequest): Evidence[] {
    const top = parseMessage(body);
    if (!['from', 'to', 'subject', 'received', 'content-type'].some((name) => top.headers.has(name))) {
      throw new UnreadableCallbackError('the body is no mail');
    }
    const message = takeApart(top);
    const about = {
      channel: 'email' as const,
      at: timeOf(ownHeader(message, 'date')),
      messageId: ownIdOf(message),
    };
    const bounceId = ownHeader(message, 'message-id') || body.toString('latin1');
    return sayingsOf(message).map(({ to, ...saying }) => {
      const address = emailOf(to);
      return { ...saying, ...about, eventId: factId('mail', bounceId, address, saying.kind), address };
    });
  },
};

function sayingsOf(message: BounceMessage): Saying[] {
  if (message.feedback) return complaint(message, message.feedback);
  if (message.statuses.length > 0) return reported(message);
  if (isAutoReply(message)) return [];
  const named = namedRecipients(message);
  if (!looksUndelivered(message) && named.length === 0) return [];
  return named.map(({ address, text }) => bounced(address, undefined, text, message));
}

/** Out of the copy of our message: its Message-ID is our id before the `@`. */
function ownIdOf(message: BounceMessage): string | undefined {
  const ids = [returnedHeader(message, 'message-id'), ownHeader(message, 'in-reply-to'), ownHeader(message, 'references')]
    .flatMap((value) => [...(value ?? '').matchAll(/<?([^\s@<>]{1,100})@/g)])
    .map(([, id]) => messageIdOf(id));
  return ids.find((id) => id !== undefined);
}

/** A person pressed "spam" (`abuse`, `fraud`, `virus`); a report of a failed authentication is about nobody's wish. */
function complaint(message: BounceMessage, feedback: ReadonlyMap<string, readonly string[]>): Saying[] {
  const type = feedback.get('feedback-type')?.[0]?.trim().toLowerCase() ?? 'abuse';
  if (/^(?:auth-failure|not-spam|dmarc)/.test(type)) return [];
  const named = feedback.get('original-rcpt-to')?.flatMap((value) => addressesIn(`${value} `)) ?? [];
  const to = named.length > 0 ? named : addressesIn(`${returnedHeader(message, 'to') ?? ''} `).slice(0, 1);
  const detail = { feedback: /^[a-z-]{1,40}$/.test(type) ? type : null };
  const saying: Omit<Saying, 'to'> = /^opt-out/.test(type)
    ? { kind: 'unsubscribed', suppress: 'unsubscribe', detail }
    : { kind: 'complained', suppress: 'complaint', detail };
  return (to.length > 0 ? to : [undefined]).map((address) => ({ ...saying, to: address }));
}

function reported(message: BounceMessage): Saying[] {
  const named = linesAbout(message.words, ourOwn(message));
  return message.statuses.map(({ recipient, action, status, diagnostic }: RecipientStatus) => {
    const to = recipient ?? named[0]?.address;
    if (DONE.test(action ?? '') || (action === undefined && status?.startsWith('2'))) return { kind: 'delivered', to };
    const said = textAbout(named, to ?? '') ?? message.words;
    if (action === 'delayed') return deferred(to, status, diagnostic);
    return bounced(to, status, diagnostic, message, said);
  });
}

function deferred(to: string | undefined, status: string | undefined, text: string): Saying {
  const detail = { status: status ?? null, reply: recordable(text, [to ?? '']) };
  return { kind: 'deferred', reason: classifyBounce({ status, text }).reason, detail, to };
}

/** @param elsewhere what is said in words, for where the report's field says nothing */
function bounced(
  to: string | undefined,
  status: string | undefined,
  text: string,
  message: BounceMessage,
  elsewhere = message.words,
): Saying {
  const direct = classifyBounce({ status, text });
  const verdict = direct.kind === 'none' ? classifyBounce({ status, text: elsewhere }) : direct;
  const { kind: _, reason, suppress, pausesSender } = verdict;
  return {
    kind: 'bounced',
    reason,
    ...(suppress && { suppress }),
    ...(pausesSender && { pausesSender }),
    detail: { status: status ?? null, class: verdict.kind, reply: recordable(text, [to ?? '']) },
    to,
  };
}
