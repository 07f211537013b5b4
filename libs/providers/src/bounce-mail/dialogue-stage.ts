/**
 * Reads how far the dialogue with the recipient's server was (`rcpt to`, `data`), where all that is said of it agrees.
 */
export function stageIn(words: string): string | undefined {
  const refused = [...words.matchAll(REFUSED)];
  const told = refused.length > 0 ? refused : [...words.matchAll(STAGE)];
  const stages = new Set(told.map(([, command = 'rcpt to']) => STAGES[command] ?? command));
  return stages.size === 1 ? [...stages][0] : undefined;
}

/** Reads as `stageIn`, from words as they came. */
export function stageOf(text: string): string | undefined {
  return stageIn(text.slice(0, 20_000).toLowerCase().replace(/\s+/g, ' '));
}

/** In a transcript of Sendmail's: the commands that were refused, as there are others. */
const REFUSED = />>> (mail from|rcpt to|data)\b(?:(?!>>>|<<<).){0,300}<<< [45]\d\d\b/g;

/**
 * Postfix, Exim, DragonFly, qmail, GMX; the transcripts of Sendmail; Yahoo's mark; m-FILTER; and qmail once more, of a
 * recipient.
 */
const STAGE = new RegExp(
  String.raw`(?:in reply to|server after|like our|progress was|smtp:|smtp command|>>>|\[) ?(mail from|` +
    String.raw`rcpt to|rcpt|end of data|data|initial connection|ehlo|helo)\b|does not like recipient`,
  'g',
);

const STAGES: Readonly<Record<string, string>> = { rcpt: 'rcpt to', 'end of data': 'data' };
