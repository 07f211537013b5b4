import type { BounceReason, Wording } from './bounce-reasons.js';
import { WORDS_ABOUT_RECIPIENTS } from './texts-about-recipients.js';
import { WORDS_ABOUT_SENDERS } from './texts-about-senders.js';
import { WORDS_ABOUT_SERVERS } from './texts-about-servers.js';
import { WORDS_ABOUT_US } from './texts-about-us.js';
import { EXACT_WORDS, EXACT_WORDS_OF_DEAD_ADDRESSES } from './texts-exact.js';

/**
 * What servers say, by what they mean by it: those of the large mailbox providers (Gmail, Microsoft, Yahoo and AOL,
 * Apple, Orange, La Poste, GMX and WEB.DE, Mail.ru, Yandex, QQ, 163) and of the common servers (Postfix, Exim,
 * Sendmail, qmail, Exchange, Domino, Courier). The first that fits decides, so that what is said exactly stands before
 * what is said often.
 */
const TEXTS = [
  ...EXACT_WORDS,
  ...WORDS_ABOUT_SENDERS,
  ...EXACT_WORDS_OF_DEAD_ADDRESSES,
  ...WORDS_ABOUT_US,
  ...WORDS_ABOUT_RECIPIENTS,
  ...WORDS_ABOUT_SERVERS,
].map(patternsOf);
const TEXTS_ABOUT_SENDERS = WORDS_ABOUT_SENDERS.map(patternsOf);

type Patterns = readonly [reason: BounceReason, patterns: readonly RegExp[]];

function patternsOf([reason, ...sayings]: Wording): Patterns {
  return [reason, sayings.map((said) => (typeof said === 'string' ? anyOf(said.split(/,\s+/)) : said))];
}

function anyOf(phrases: readonly string[]): RegExp {
  return new RegExp(phrases.map((phrase) => phrase.replace(/[^\w\s]/g, '\\$&')).join('|'));
}

/** @param words one line, in lower case, addresses as `@`. Undefined: they say nothing that is known */
export function reasonOfText(words: string): BounceReason | undefined {
  return reasonAmong(TEXTS, words);
}

/** Reads as `reasonOfText`, but only what is said of the sender. */
export function reasonOfTextAboutSender(words: string): BounceReason | undefined {
  return reasonAmong(TEXTS_ABOUT_SENDERS, words);
}

function reasonAmong(texts: readonly Patterns[], words: string): BounceReason | undefined {
  return texts.find(([, patterns]) => patterns.some((pattern) => pattern.test(words)))?.[0];
}
