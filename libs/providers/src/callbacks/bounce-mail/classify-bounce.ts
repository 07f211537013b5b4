import { BOUNCE_REASONS, type BounceMeaning, type BounceReason } from './bounce-reasons.js';
import { reasonOfText } from './bounce-texts.js';
import { isGeneralStatus, reasonOfReplyCode, reasonOfStatus } from './status-codes.js';

export interface BounceFacts {
  /** RFC 3463, where a field of its own has it. */
  status?: string | undefined;
  /** The server's words, with codes in them or without. */
  text: string;
}

export interface BounceVerdict extends BounceMeaning {
  reason: BounceReason;
}

/**
 * What a bounce means. An exact code of RFC 3463 decides; but servers give codes wrongly or none that says anything (5.0.0, 5.5.0, 5.7.1
 * for an unknown user), and then their words do; then the code for what it is worth; last the basic reply code of SMTP.
 */
export function classifyBounce({ status, text }: BounceFacts): BounceVerdict {
  const words = plain(text);
  const code = specific(status, /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(words)?.[0]);
  const basic = /(?:^|[\s:'"<(\]>])([45]\d\d)(?=[\s#-])/.exec(words)?.[1];
  const reason =
    reasonOfText(words) ?? reasonOfStatus(code) ?? reasonOfReplyCode(basic) ?? reasonOfStatus(code, true) ?? 'undelivered';
  return verdictOf(reason, code ?? basic);
}

function verdictOf(reason: BounceReason, code = '5'): BounceVerdict {
  const meaning: BounceMeaning = BOUNCE_REASONS[reason];
  // A 4xx is about now: nothing of it holds for good.
  if (!code.startsWith('4') || meaning.kind === 'soft' || meaning.kind === 'none') return { reason, ...meaning };
  return { reason, kind: 'soft' };
}

/** The field's, unless it is one of those that say nothing and the words have a better one. */
function specific(status: string | undefined, inWords: string | undefined): string | undefined {
  if (status === undefined || inWords === undefined) return status ?? inWords;
  return isGeneralStatus(status) && !isGeneralStatus(inWords) ? inWords : status;
}

/** One line, lower case, without addresses: `unknown@spam.example.com` says nothing. */
function plain(text: string): string {
  return text
    .slice(0, 20_000)
    .toLowerCase()
    .replace(/[^\s<>()"',;:[\]]+@[^\s<>()"',;:[\]]+/g, '@')
    .replace(/[’`´]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/ \d{3}-(?:\d\.\d+\.\d+ )?/g, ' ')
    .trim();
}
