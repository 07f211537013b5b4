import libmime from 'libmime';
import type { Arrival } from './arrival.js';

/** As far as the headers of a mail are looked at, in bytes. */
const HEADERS = 65_536;

const known = new WeakMap<Arrival, string>();

/**
 * What a message is called in a list: its subject or title, or what it says. Read once, without the rest of the mail.
 */
export function titleOf(arrival: Arrival): string {
  const title = known.get(arrival) ?? read(arrival);
  known.set(arrival, title);
  return title;
}

function read({ raw, content }: Arrival): string {
  if (!content) return subjectIn(raw);
  const { subject, text, template, audio } = content;
  return [subject, text, template?.name, audio].find(Boolean) ?? '';
}

/** The Subject header, unfolded and decoded (RFC 2047); empty when there is none. */
function subjectIn(raw: Buffer): string {
  const head =
    raw
      .subarray(0, HEADERS)
      .toString()
      .split(/\r?\n\r?\n/, 1)[0] ?? '';
  const found = /(?:^|\n)subject:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)/i.exec(head)?.[1] ?? '';
  return libmime.decodeWords(found.replace(/\r?\n[ \t]+/g, ' ')).trim();
}
