import type { Mark, TextLines } from './text-lines.js';

/** Target of a link, and the place where its text begins. */
export interface OpenLink {
  target: string;
  begin: Mark;
}

/** Gives the address that a reader can follow or write to; undefined for what leads nowhere outside of a browser. */
export function targetOf(href: string | undefined): string | undefined {
  const target = href
    ?.replace(/[\t\n\r]+/g, '')
    .trim()
    .replaceAll(' ', '%20');
  if (!target || target.startsWith('#') || /^(?:javascript|data|vbscript|cid):/i.test(target)) return undefined;
  const [, address] = /^(?:mailto|tel|sms):([^?]*)/i.exec(target) ?? [];
  return address === undefined ? target : address || undefined;
}

/**
 * Writes the target behind the link's text, `here (https://…)`; alone where there is no text, not at all where the text
 * says it.
 */
export function endLink(lines: TextLines, { target, begin }: OpenLink): void {
  if (!lines.wroteSince(begin)) lines.apart(target);
  else if (lines.textSince(begin, target.length) !== target) lines.attach(` (${target})`);
}
