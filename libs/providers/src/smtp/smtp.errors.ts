import type { SuppressionReason } from '@outbell/shared/outcome.js';
import { classifyBounce } from '../bounce-mail/classify-bounce.js';

/** A refusal in a mail server's words: `550 5.1.1 no such user`. */
export interface SmtpReply {
  /** Basic code (RFC 5321): 400 to 599. */
  code: number;
  /** Enhanced code (RFC 3463) when there is one: `5.1.1`. */
  enhanced?: string | undefined;
  /** The whole of it, with its codes; without it the codes are all there is. */
  text?: string | undefined;
  /** Whom the message was for. */
  recipient?: string | undefined;
  /**
   * What it answers: `CONN` (the greeting), `EHLO`, `STARTTLS`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA` (the
   * message itself too).
   */
  stage: string;
}

/** Consequence of a refusal. The message was not taken in any case. */
export type Refusal =
  { kind: 'retry'; reason: string } | { kind: 'rejected'; reason: string; suppress?: SuppressionReason };

/**
 * Without an enhanced code a 5xx often means our reputation or a rule, not the address: none of these suppresses a
 * contact.
 */
const BY_CODE: Record<number, Refusal> = {
  421: { kind: 'retry', reason: 'server_unavailable' },
  450: { kind: 'retry', reason: 'mailbox_busy' },
  451: { kind: 'retry', reason: 'temporary_failure' },
  452: { kind: 'retry', reason: 'server_out_of_storage' },
  // Out of step, says the server: the session failed, not the message.
  503: { kind: 'retry', reason: 'protocol_error' },
  550: { kind: 'rejected', reason: 'mailbox_unavailable' },
  551: { kind: 'rejected', reason: 'mailbox_unavailable' },
  // "Exceeded storage allocation": the mailbox is full now, it need not be tomorrow.
  552: { kind: 'retry', reason: 'mailbox_full' },
  553: { kind: 'rejected', reason: 'bad_address' },
  554: { kind: 'rejected', reason: 'refused' },
};

/** Codes by which a server asks for other credentials (RFC 4954). A tenant can mend them, so the message waits. */
const AUTHENTICATION_CODES = new Set([530, 534, 535, 538]);

/** Before `MAIL FROM` nothing was said about this message: the server refuses us, and may not tomorrow. */
const SESSION_STAGES = /^(CONN|EHLO|HELO|RSET)/;

/** Says what a refusal means for the message and for the address (RFC 5321 4.2, RFC 3463). */
export function meaningOf(reply: SmtpReply): Refusal {
  if (reply.stage.startsWith('AUTH') || AUTHENTICATION_CODES.has(reply.code)) {
    return { kind: 'retry', reason: 'authentication_failed' };
  }
  if (reply.stage === 'STARTTLS') return { kind: 'retry', reason: 'tls_failed' };
  if (SESSION_STAGES.test(reply.stage)) return { kind: 'retry', reason: 'server_unavailable' };
  const byDetail = aboutRecipient(reply) ?? aboutSize(reply) ?? meaningOfEnhanced(reply.enhanced);
  const fallback: Refusal =
    reply.code < 500 ? { kind: 'retry', reason: 'temporary_failure' } : { kind: 'rejected', reason: 'refused' };
  // A 4xx is never final, whatever the enhanced code beside it says.
  if (byDetail && !(reply.code < 500 && byDetail.kind === 'rejected')) return byDetail;
  return BY_CODE[reply.code] ?? fallback;
}

/**
 * The recipient does not exist, as surely as a bounce would have to say it. What answers MAIL FROM is about the sender.
 */
function aboutRecipient({ code, enhanced, stage, text, recipient }: SmtpReply): Refusal | undefined {
  if (code < 500 || (stage !== 'RCPT TO' && stage !== 'DATA')) return undefined;
  const words = text ?? [code, enhanced].filter(Boolean).join(' ');
  const { suppress } = classifyBounce({ text: words, recipient, stage: stage.toLowerCase() });
  return suppress && { kind: 'rejected', reason: 'bad_address', suppress };
}

/**
 * 552 of a message that is too large is for good (RFC 1870); of a mailbox that is full it is not. Before a recipient
 * was named it is the message.
 */
function aboutSize({ code, enhanced, stage, text = '' }: SmtpReply): Refusal | undefined {
  if (code !== 552 || enhanced !== undefined) return undefined;
  const isTooLarge = stage === 'MAIL FROM' || classifyBounce({ text }).reason === 'message_too_large';
  return isTooLarge ? { kind: 'rejected', reason: 'message_too_large' } : undefined;
}

function meaningOfEnhanced(enhanced: string | undefined): Refusal | undefined {
  if (enhanced === undefined) return undefined;
  if (enhanced.startsWith('5.7.')) return { kind: 'rejected', reason: 'policy_rejected' };
  if (enhanced.startsWith('4.7.')) return { kind: 'retry', reason: 'policy_deferred' };
  if (enhanced === '5.2.2' || enhanced === '4.2.2') return { kind: 'retry', reason: 'mailbox_full' };
  if (enhanced === '5.2.1') return { kind: 'rejected', reason: 'mailbox_disabled' };
  if (enhanced === '5.2.3' || enhanced === '5.3.4') return { kind: 'rejected', reason: 'message_too_large' };
  if (enhanced.startsWith('5.6.')) return { kind: 'rejected', reason: 'content_rejected' };
  if (enhanced === '5.1.7' || enhanced === '5.1.8' || enhanced === '5.1.20')
    return { kind: 'rejected', reason: 'sender_refused' };
  return undefined;
}

/** The enhanced code of a reply's text: `250-2.1.0 …` → `2.1.0`. */
export function enhancedCode(text: string): string | undefined {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?!\S)/.exec(text)?.[1];
}
