import { parseHeaders } from './mime-part.js';

/** How servers announce the copy of what they could not deliver. */
const ANNOUNCED = new RegExp(
  [
    '^[-=*_ ]{2,}.{0,40}(?:copy of (?:the|your) (?:original )?message|original message|returned message|unsent ' +
      'message|message (?:headers?|text|body) (?:follow|is below)|below this line)',
    '^[-=* ]*(?:the )?(?:original|returned|unsent|undelivered) (?:message|mail|email)(?: headers?)?(?: ' +
      '(?:follows|(?:is )?below|text|begins|as received).{0,60})?[-=*:. ]*$',
    '^[-=* ]*(?:the )?(?:first .{0,30} of (?:the|your)|header of the|text of the|headers of) (?:original ' +
      ')?message.{0,40}$',
    '^[-=* ]*(?:your )?(?:original )?message (?:headers?|text|contents?)(?: follows?)?[-=*:. ]*$',
    '^[-= ]{4,}(?:ursprüngliche nachricht|message d’origine|message original|mensaje original)',
  ].join('|'),
  'im',
);

/** Headers that a message has when servers have carried it. */
const CARRIED = /^(?:received|return-path|message-id|x-originating-ip|dkim-signature|mime-version)[ \t]*:/i;

const HEADER = /^(?:[A-Za-z][\w-]*[ \t]*:|[ \t]+\S)/;

/** A bounce's own words, and the copy of our message that follows in the same text. */
export function splitAtCopy(text: string): { words: string; copy: string } {
  const announced = ANNOUNCED.exec(text)?.index ?? text.length;
  const begun = beginOfHeaders(text);
  const at = Math.min(announced, begun);
  return { words: text.slice(0, at), copy: text.slice(at) };
}

/** The headers of a copy, whatever announces it. */
export function headersOfCopy(copy: string): ReadonlyMap<string, readonly string[]> {
  return parseHeaders(copy.replace(/^[ \t]*>[ \t]?/gm, '').replace(/^[ \t]+(?=[\w-]+:)/gm, ''));
}

/** Finds where three header lines follow each other, one of them a server's. */
function beginOfHeaders(text: string): number {
  let at = 0;
  let begin = -1;
  let run = 0;
  let carried = false;
  for (const line of text.split('\n')) {
    if (HEADER.test(line) && (run > 0 || /^\S/.test(line))) {
      if (run === 0) begin = at;
      run += 1;
      carried ||= CARRIED.test(line);
      if (run >= 3 && carried) return begin;
    } else {
      run = 0;
      carried = false;
    }
    at += line.length + 1;
  }
  return text.length;
}
