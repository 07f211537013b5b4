import { parseDeliveryStatus, type RecipientStatus } from './delivery-status.js';
import { headerOf, type MimePart, parseHeaders, parseMessage, textOfPart } from './mime-part.js';
import { headersOfCopy, splitAtCopy } from './returned-message.js';

/** A message that came back, or says so, taken apart. */
export interface BounceMessage {
  top: MimePart;
  /** What a person reads, without the copy of our message. */
  words: string;
  /** Of an RFC 3464 report. */
  statuses: RecipientStatus[];
  /** Fields of an RFC 5965 report; null when it is none. */
  feedback: ReadonlyMap<string, readonly string[]> | null;
  /** Of the copy of our message, as far as there is one. */
  returned: ReadonlyMap<string, readonly string[]>;
  /** Whether somebody says that our message was read, or deleted unread (RFC 8098). */
  isReceipt: boolean;
}

const STATUS = /^message\/(?:global-)?delivery-status$/;
const COPY = /^(?:message\/(?:rfc822|global|rfc822-headers|global-headers|partial)|text\/rfc822(?:-headers)?)$/;

/** What a server has to say is short: more of it is the copy of a message. In characters. */
const LONGEST_WORDS = 200_000;

/** @param nested how deep bounces of bounces are looked into: gateways wrap the report that they got */
export function takeApart(top: MimePart, nested = 2): BounceMessage {
  const leaves = leavesOf(top);
  const firstCopy = leaves.findIndex(({ type }) => COPY.test(type));
  const texts = leaves.filter(
    ({ type }, at) => isWords(type) && (firstCopy === -1 || at < firstCopy || type === 'text/plain'),
  );
  const { words, copy } = splitAtCopy(textsOf(texts).join('\n').slice(0, LONGEST_WORDS));
  const reports = leaves.filter(({ type }) => STATUS.test(type)).map(textOfPart);
  const feedback = leaves.find(({ type }) => type === 'message/feedback-report');
  const attached = leaves[firstCopy];
  const wrapped = attached?.content ?? (leaves.length === 1 ? copy.replace(/^From .*\n/, '') : undefined);
  const inner = wrapped && reports.length === 0 && !feedback ? parseMessage(Buffer.from(wrapped, 'latin1')) : null;
  if (inner?.type === 'multipart/report' && nested > 0) return takeApart(inner, nested - 1);
  const disposition = leaves.find(({ type }) => type === 'message/disposition-notification');
  const isRefusal = disposition !== undefined && saysRefused(textOfPart(disposition), words);
  if (isRefusal) reports.push(textOfPart(disposition));
  return {
    top,
    words,
    statuses: (reports.length > 0 ? reports : reportsIn(words)).flatMap(parseDeliveryStatus),
    feedback: feedback ? parseHeaders(textOfPart(feedback)) : null,
    returned: attached ? parseHeaders(textOfPart(attached).replace(/^\n+/, '')) : headersOfCopy(copy),
    isReceipt: disposition !== undefined && !isRefusal,
  };
}

export function returnedHeader({ returned }: BounceMessage, name: string): string | undefined {
  return returned.get(name)?.[0];
}

export function ownHeader({ top }: BounceMessage, name: string): string {
  return headerOf(top, name) ?? '';
}

function leavesOf(part: MimePart): MimePart[] {
  return part.parts.length > 0 ? part.parts.flatMap(leavesOf) : [part];
}

function isWords(type: string): boolean {
  return type === 'text/plain' || type === 'text/html' || type === 'multipart/report' || type.startsWith('text/x-');
}

/**
 * Dovecot and Sieve tell in a receipt that a mailbox did not take the message: "automatically rejected: quota
 * exceeded".
 */
function saysRefused(disposition: string, words: string): boolean {
  return (
    /automatic-action/i.test(disposition) && /automatically rejected|quota exceeded|could not be delivered/i.test(words)
  );
}

/** HTML only where there is no plain text: it says the same. */
function textsOf(parts: readonly MimePart[]): string[] {
  const plain = parts.filter(({ type, content }) => type !== 'text/html' && content.trim() !== '');
  return (plain.length > 0 ? plain : parts).map(textOfPart);
}

/** Some write the fields of a report into their words. */
function reportsIn(words: string): string[] {
  const at = words.search(/^(?:Final|Original)-Recipient[ \t]*:/im);
  return at === -1 ? [] : [words.slice(at)];
}
