/** How far the dialogue with the recipient's server was (`rcpt to`, `data`), where all that is said of it agrees. */
export function stageIn(words: string): string | undefined {
  const stages = new Set([...words.matchAll(STAGE)].map(([, command = 'rcpt to']) => STAGES[command] ?? command));
  return stages.size === 1 ? [...stages][0] : undefined;
}

/** Postfix, Exim, DragonFly, qmail, GMX; the transcripts of Sendmail; Yahoo's mark; and qmail once more, of a recipient. */
const STAGE =
  /(?:in reply to|server after|like our|progress was|smtp:|>>>|\[) ?(mail from|rcpt to|rcpt|end of data|data|initial connection|ehlo|helo)\b|does not like recipient/g;

const STAGES: Readonly<Record<string, string>> = { rcpt: 'rcpt to', 'end of data': 'data' };
