import { BOUNCE_REASONS, type BounceMeaning, type BounceReason } from './bounce-reasons.js';
import { reasonOfText } from './bounce-texts.js';
import { stageIn } from './dialogue-stage.js';
import { isGeneralStatus, reasonOfReplyCode, reasonOfStatus } from './status-codes.js';
import { isSureOfAddress } from './sure-of-address.js';

export interface BounceFacts {
  /** RFC 3463, where a field of its own has it. */
  status?: string | undefined;
  /** The server's words, with codes in them or without. */
  text: string;
  /** What else is said around it, for where the server's words say nothing. */
  around?: string | undefined;
}

export interface BounceVerdict extends BounceMeaning {
  reason: BounceReason;
}

/**
 * What a bounce means. Codes of RFC 3463 are what to go by where they are exact and the words say nothing else; but servers give codes
 * wrongly, or such as say nothing (5.0.0, 5.5.0, 5.7.1 for an unknown user), so that words that are known stand above them. The basic code
 * of SMTP comes last.
 */
export function classifyBounce({ status, text, around = '' }: BounceFacts): BounceVerdict {
  const words = plain(text);
  const more = plain(around);
  const inWords = statusIn(words) ?? statusOfClass(status, statusIn(more));
  const code = specific(status, inWords);
  const basic = replyCodeIn(words) ?? replyCodeIn(more);
  const reason =
    reasonOfText(words) ??
    reasonOfStatus(code) ??
    reasonOfText(more) ??
    reasonOfReplyCode(basic) ??
    reasonOfStatus(code, true) ??
    'undelivered';
  const stage = stageIn(words) ?? stageIn(more);
  const about = aboutWhom(reason, stage);
  const sure =
    about !== 'bad_address' || isSureOfAddress({ words: `${words} ${more}`, stage, codes: [status, inWords], basic });
  return verdictOf(sure ? about : 'recipient_refused', status ?? code ?? basic);
}

/** Around there may be what another server said at another attempt: a code of another class is not of this outcome. */
function statusOfClass(status: string | undefined, around: string | undefined): string | undefined {
  return status === undefined || around?.[0] === status[0] ? around : undefined;
}

function statusIn(words: string): string | undefined {
  return /(?<![\w.])[245]\.\d{1,3}\.\d{1,3}\b(?!\.\d)/.exec(words)?.[0];
}

function replyCodeIn(words: string): string | undefined {
  return /(?:^|[\s:'"<(\]>])([45]\d\d)(?=[\s#,-])/.exec(words)?.[1];
}

/** "Unknown" said of the sender, or before anybody was named, is not about the recipient. */
function aboutWhom(reason: BounceReason, stage: string | undefined): BounceReason {
  if (!OF_SOMEBODY.has(reason)) return reason;
  if (stage === 'mail from') return 'sender_refused';
  return stage === undefined || stage === 'rcpt to' || stage === 'data' ? reason : 'sender_blocked';
}

/** Reasons of which the stage of the dialogue says whom they are about. */
const OF_SOMEBODY = new Set<BounceReason>(['bad_address', 'bad_domain', 'policy_rejected']);

function verdictOf(reason: BounceReason, code = '5'): BounceVerdict {
  const meaning: BounceMeaning = BOUNCE_REASONS[reason];
  // A 4xx is about now: nothing of it holds for good.
  if (!code.startsWith('4') || meaning.kind === 'soft' || meaning.kind === 'none') return { reason, ...meaning };
  return { reason: reason === 'bad_domain' ? 'network_error' : reason, kind: 'soft' };
}

/** The field's, unless it is one of those that say nothing and the words have a better one. */
function specific(status: string | undefined, inWords: string | undefined): string | undefined {
  if (status === undefined || inWords === undefined) return status ?? inWords;
  return isGeneralStatus(status) && !isGeneralStatus(inWords) ? inWords : status;
}

/** One line, lower case, without addresses: `unknown@spam.example.com` says nothing. */
function plain(text: string): string {
  return (
    text
      .slice(0, 20_000)
      .toLowerCase()
      .replace(/[^\s<>()"',;:[\]]{1,200}@[^\s<>()"',;:[\]]+/g, '@')
      .replace(/[’`´]/g, "'")
      .replace(/\b(mail_from|rcpt_to)\b/g, (command) => command.replace('_', ' '))
      .replace(/\s+/g, ' ')
      // The lines of one reply each begin with its codes.
      .replace(/\b([45]\d\d)-([45]\.\d+\.\d+) (.{0,500}?) \1 \2 /g, '$1 $2 $3 ')
      .replace(/ \d{3}-(?:\d\.\d+\.\d+ )?/g, ' ')
      // Amazon SES puts it before whatever a server says.
      .replaceAll('unknown address error', '')
      .trim()
  );
}
