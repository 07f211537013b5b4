import { type BounceMessage, ownHeader, returnedHeader } from './bounce-message.js';

/** A recipient that a bounce names in words, and what it says of it. */
export interface NamedRecipient {
  address: string;
  text: string;
}

const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9][\w.-]*\w/gi;

/** A line that is about one address: `<kate@example.com>: host … said`, or the address alone. */
const ABOUT =
  /^[ \t>*-]*(?:(?:to|recipient|rcpt to|user|address|addressee|e-?mail|failed recipient|delivery to|final-recipient|original-recipient|could not deliver (?:mail )?to|宛先|empfänger|destinataire)\b[^@\n]{0,20}[:;=][ \t]*)?(?:"[^"\n]*"[ \t]*)?["'<[(]{0,2}(?:mailto:|smtp:|rfc822;?[ \t]*)?([^\s<>"'()[\],;:]+@\w[\w.-]*\w)["'>\])]{0,2}(?:[ \t]*[:;,(]|[ \t]+on[ \t]|\.{1,3}(?:[ \t]|$)|[ \t]*$|[ \t]+-)/i;

/** Those who write the bounce, or get it. */
const NOBODY = /^(?:mailer-daemon|postmaster|mdaemon|abuse|noreply|no-reply)@/i;

export function namedRecipients(message: BounceMessage): NamedRecipient[] {
  const failed = addressesIn(ownHeader(message, 'x-failed-recipients'));
  const words = message.words;
  const about = linesAbout(words, ourOwn(message));
  if (failed.length > 0) return failed.map((address) => ({ address, text: textAbout(about, address) ?? words }));
  if (about.length > 0) return about;
  return guessed(message);
}

export function addressesIn(text: string): string[] {
  const found = [...text.matchAll(ADDRESS)].map(([address]) => address.replace(/^['=.]+|[.']+$/g, ''));
  return [...new Map(found.map((address) => [address.toLowerCase(), address])).values()];
}

/** What is said of an address: that which follows the line that names it, up to the next one. */
export function textAbout(named: readonly NamedRecipient[], address: string): string | undefined {
  return named.find((one) => one.address.toLowerCase() === address.toLowerCase())?.text;
}

export function linesAbout(words: string, own: ReadonlySet<string>): NamedRecipient[] {
  const found: { address: string; lines: string[] }[] = [];
  for (const line of words.split('\n')) {
    const address = ABOUT.exec(line)?.[1];
    const usable = address !== undefined && addressesIn(`${address} `).length === 1 && !NOBODY.test(address);
    if (usable && !own.has(address.toLowerCase())) {
      const known = found.find((one) => one.address.toLowerCase() === address.toLowerCase());
      if (known) known.lines.push(line);
      else found.push({ address, lines: [line] });
    } else found.at(-1)?.lines.push(line);
  }
  return found.map(({ address, lines }) => ({ address, text: lines.join('\n') }));
}

/** Ours: where the bounce went, and from where our message came. */
export function ourOwn(message: BounceMessage): Set<string> {
  const fields = [
    ownHeader(message, 'to'),
    ownHeader(message, 'from'),
    returnedHeader(message, 'from') ?? '',
    returnedHeader(message, 'return-path') ?? '',
    returnedHeader(message, 'reply-to') ?? '',
  ];
  return new Set(addressesIn(`${fields.join(' , ')} `).map((address) => address.toLowerCase()));
}

/** Nobody is named at a line's begin: any address of the words, that of our message's To first. */
function guessed(message: BounceMessage): NamedRecipient[] {
  const own = ourOwn(message);
  const words = message.words;
  const mentioned = addressesIn(`${words} `).filter((address) => !own.has(address.toLowerCase()) && !NOBODY.test(address));
  const to = addressesIn(`${returnedHeader(message, 'to') ?? ''} `);
  const both = to.find((address) => mentioned.some((one) => one.toLowerCase() === address.toLowerCase()));
  const address = both ?? mentioned[0] ?? (to.length === 1 ? to[0] : undefined);
  return address === undefined ? [] : [{ address, text: words }];
}
