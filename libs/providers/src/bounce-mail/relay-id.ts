/** How Amazon SES says it: `250 Ok 0102…-000000`. */
const OF_SES = /^250[ -](?:\d\.\d\.\d )?ok ([\w-]{20,200})$/i;

/** How Exchange Online and others say it: `250 2.6.0 <id@host> Queued mail for delivery`. */
const WHOLE = /<([^\s<>@]{1,200}@[\w.-]{1,100})>/;

/**
 * The Message-ID that a relay says in its answer to a message that it took, where that is another than the one we gave
 * (`<…>`).
 */
export function relayIdIn(reply: string, given: string): string | undefined {
  const line = reply.trim();
  const id = OF_SES.exec(line)?.[1] ?? WHOLE.exec(line)?.[1];
  return id === undefined || `<${id}>` === given ? undefined : id;
}

/** @param id a Message-ID without its brackets. Returns it as the relay said it: SES leaves out its domain */
export function idOfRelay(id: string): string {
  return id.replace(/@(?:[\w-]+\.)?amazonses\.com$/i, '');
}
