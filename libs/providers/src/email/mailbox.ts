import { domainToASCII } from 'node:url';

/** What ends a display name that is not quoted (RFC 5322 3.2.3). */
const SPECIAL = /[()<>[\]:;@\\,."]/;

/** The most bytes of a text that one encoded word holds: 75 characters less what surrounds them, in base64. */
const BYTES_PER_WORD = 45;

/**
 * `Shop <shop@example.com>` for vendors that take sender and name in one text.
 *
 * @param nonAscii how the vendor wants names that are not ASCII: `encoded` as in a header (RFC 2047), or `plain`
 */
export function mailbox(
  { address, name }: { address: string; name?: string | undefined },
  nonAscii: 'encoded' | 'plain',
): string {
  if (name === undefined || name === '') return asciiDomain(address);
  return `${phrase(name, nonAscii)} <${asciiDomain(address)}>`;
}

/** The address with its domain as the DNS has it. */
export function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  return address.slice(0, at) + (domainToASCII(domain) || domain);
}

function phrase(name: string, nonAscii: 'encoded' | 'plain'): string {
  if (nonAscii === 'encoded' && /[^\x20-\x7e]/.test(name)) return encodedWords(name);
  return SPECIAL.test(name) || name.includes('=?') ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
}

/** RFC 2047: words of at most 75 characters, none of which ends within a character. */
function encodedWords(text: string): string {
  const words = [''];
  for (const character of text) {
    const longer = (words.at(-1) ?? '') + character;
    if (Buffer.byteLength(longer) > BYTES_PER_WORD) words.push(character);
    else words[words.length - 1] = longer;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}
