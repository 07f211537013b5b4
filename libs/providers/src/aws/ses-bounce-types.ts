import { classifyBounce } from '../bounce-mail/classify-bounce.js';
import { rowOf } from '../by-code.js';
import type { EventMeaning } from '../callback.js';

/** A bounce as Amazon SES tells it, and Resend after it. */
interface SesBounce {
  /** `Permanent`, `Transient`, `Undetermined`. */
  type?: string | undefined;
  /** `General`, `NoEmail`, `Suppressed`, `MailboxFull` … */
  subType?: string | undefined;
  /** Of the mail server, where there was one: `5.1.1`. */
  status?: string | undefined;
  /** The mail server's words. */
  text: string;
  /** Whom it was for. */
  recipient?: string | undefined;
}

const BY_SUBTYPE: Readonly<Record<string, EventMeaning>> = {
  NoEmail: { kind: 'bounced', reason: 'bad_address', suppress: 'invalid' },
  // Known to SES as dead, from anybody's sending, or to the account from its own: nothing was sent this time.
  Suppressed: { kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'bounce' },
  OnAccountSuppressionList: { kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'bounce' },
  UnsubscribedRecipient: { kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'unsubscribe' },
  MailboxFull: { kind: 'bounced', reason: 'mailbox_full' },
  MessageTooLarge: { kind: 'bounced', reason: 'message_too_large' },
  ContentRejected: { kind: 'bounced', reason: 'content_rejected' },
  AttachmentRejected: { kind: 'bounced', reason: 'content_rejected' },
  CustomTimeoutExceeded: { kind: 'bounced', reason: 'delivery_timed_out' },
};

/** Decides by the subtype; where it is `General`, by the mail server's own words; and only then by the type. */
export function meaningOfSesBounce({ type, subType, status, text, recipient }: SesBounce): EventMeaning {
  const known = rowOf(BY_SUBTYPE, subType);
  if (known) return known;
  const { reason, suppress, pausesSender } = classifyBounce({ status, text, recipient });
  // Nothing was said but that it is for good.
  if (reason === 'undelivered' && type === 'Permanent') return { kind: 'bounced', reason, suppress: 'bounce' };
  // Whatever the words are, SES tries a transient one again with another message.
  return { kind: 'bounced', reason, suppress: type === 'Transient' ? undefined : suppress, pausesSender };
}
