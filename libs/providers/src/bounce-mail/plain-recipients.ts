import { type BounceMessage, ownHeader, returnedHeader } from './bounce-message.js';

/** A recipient that a bounce names in words, and what it says of it. */
export interface NamedRecipient {
  address: string;
  text: string;
}

/**
 * Our messages have one recipient, of which a list may have made some. Each is classified by all words, so that
 * thousands would take minutes.
 */
export const MOST_RECIPIENTS = 100;

const ADDRESS = /[\w.!#$%&'*+/=?^`{|}~-]{1,100}@[a-z0-9][\w.-]{0,250}\w/gi;

/** A line that is about one address: `<kate@example.com>: host … said`, or the address alone. */
const ABOUT = new RegExp(
  [
    String.raw`^[ \t>*-]*(?:\d{3}[ -](?:\d\.\d\.\d )?)?`,
    '(?:(?:to|recipient|rcpt to|user|address|addressee|e-?mail|failed recipient|delivery to|final-recipient|',
    'original-recipient|could not deliver (?:mail )?to|宛先|empfänger|destinataire)',
    String.raw`\b[^@\n]{0,20}[:;=][ \t]*|(?:undeliverable|not delivered|unable to deliver) to[ \t]+)?`,
    String.raw`(?:"[^"\n]*"[ \t]*)?["'<[(]{0,2}(?:mailto:|smtp:|c=[^@\n]{0,80}:smtp=|rfc822;?[ \t]*)?`,
    String.raw`([^\s<>"'()[\],;:]+@\w[\w.-]*\w)["'>\])]{0,2}(?:[ \t]*[:;,([]|[ \t]+\S|\.{1,3}(?:[ \t]|$)|[ \t]*$)`,
  ].join(''),
  'i',
);

/** A line of a transcript that goes on with another server. */
const ELSEWHERE = /^(?:\d{3} \S+ \(\w+\)\.\.\. |(?:\.\.\. )?while talking to )/i;

const ANNOUNCED = new RegExp(
  String.raw`(?:did not reach|(?:could not|cannot|couldn't|can't|not) be delivered to|delivery to|` +
    String.raw`addresses? (?:had|failed)|failed for|` +
    String.raw`not (?:able to )?deliver\w* (?:your message )?to)[^@]{0,40}(?:recipient|address|following|` +
    String.raw`user)[^@\n]{0,40}[:\n]`,
  'i',
);

/** Those who write the bounce, or get it. */
const NOBODY = /^(?:mailer-daemon|postmaster|mdaemon|abuse|noreply|no-reply)@/i;

export function namedRecipients(message: BounceMessage): NamedRecipient[] {
  const failed = addressesIn(ownHeader(message, 'x-failed-recipients')).slice(0, MOST_RECIPIENTS);
  const words = message.words;
  const about = linesAbout(words, ourOwn(message));
  if (failed.length > 0) return failed.map((address) => ({ address, text: textAbout(about, address) ?? words }));
  if (about.length > 0) return about.slice(0, MOST_RECIPIENTS);
  const address = listedByName(message);
  if (address !== undefined) return [{ address, text: words }];
  return guessed(message);
}

/** The address of a name without a domain, as AOL lists its own: our message's, or that of the server that writes. */
function listedByName(message: BounceMessage): string | undefined {
  const name = ALONE.exec(message.words)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  const to = addressesIn(`${returnedHeader(message, 'to') ?? ''} `);
  const domain = /\b(?:mailer-daemon|postmaster)@([\w.-]{1,250}\w)/i.exec(ownHeader(message, 'from'))?.[1];
  const ours = to.find((address) => address.toLowerCase().startsWith(`${name}@`));
  return ours ?? (domain === undefined ? undefined : `${name}@${domain.toLowerCase()}`);
}

const ALONE = /\bfollowing (?:recipient|user)s?\b[^:]{0,300}:[ \t]*\n\s{0,20}([\w.-]{1,64})[ \t]*(?:\n|$)/i;

/** The addresses that failed, by those that forward to them, in lower case: Exim reports the latter. */
export function targetsIn(words: string): ReadonlyMap<string, string> {
  return new Map([...words.matchAll(GENERATED)].map(([, target = '', source = '']) => [source.toLowerCase(), target]));
}

const GENERATED =
  /([^\s<>"'(),;:@]{1,100}@\w[\w.-]{0,250})[>"']?:?\s{1,20}\((?:\w+ )?generated from <?([^\s<>()]{1,320})>?\)/gi;

export function addressesIn(text: string): string[] {
  const found = [...text.matchAll(ADDRESS)].map(([address]) => address.replace(/^['=.]+|[.']+$/g, ''));
  return [...new Map(found.map((address) => [address.toLowerCase(), address])).values()];
}

/** Gives what is said of an address: that which follows the line that names it, up to the next one. */
export function textAbout(named: readonly NamedRecipient[], address: string): string | undefined {
  return named.find((one) => one.address.toLowerCase() === address.toLowerCase())?.text;
}

export function linesAbout(words: string, own: ReadonlySet<string>): NamedRecipient[] {
  const found = new Map<string, { address: string; lines: string[] }>();
  let current: { lines: string[] } | undefined;
  for (const line of list(words).split('\n')) {
    if (ELSEWHERE.test(line)) current = undefined;
    const address = ABOUT.exec(line.slice(0, 500))?.[1];
    if (address !== undefined && addressesIn(`${address} `).length === 1 && !NOBODY.test(address)) {
      const key = address.toLowerCase();
      const one = found.get(key) ?? { address, lines: [] };
      found.set(key, one);
      current = one;
    }
    current?.lines.push(line);
  }
  const named = [...found.values()].map(({ address, lines }) => ({ address, text: lines.join('\n') }));
  const others = named.filter(({ address }) => !own.has(address.toLowerCase()));
  // To oneself, it came back to oneself.
  return others.length > 0 ? others : named;
}

/**
 * From where the recipients are listed, if that is announced: before it stands what was sent (`To: list@example.com`).
 */
function list(words: string): string {
  const announced = ANNOUNCED.exec(words);
  const after = announced ? words.slice(announced.index + announced[0].length) : '';
  return after.includes('@') ? after : words;
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

/**
 * Nobody is named at a line's begin: any address of the words, that of a dialogue's RCPT TO or of our message's To
 * first.
 */
function guessed(message: BounceMessage): NamedRecipient[] {
  const own = ourOwn(message);
  const words = message.words;
  // Who can be asked for help is not whom it was for.
  const useful = words.replace(/^.*\b(?:contact|assist|help|question|postmaster|support)\w*\b.*$/gim, '');
  const mentioned = addressesIn(`${useful} `).filter(
    (address) => !own.has(address.toLowerCase()) && !NOBODY.test(address),
  );
  const to = addressesIn(`${returnedHeader(message, 'to') ?? ''} `);
  const asked = /\brcpt\s+to:\s{0,3}<([^\s<>]{1,320})>/i.exec(useful)?.[1]?.toLowerCase();
  const both = [...mentioned.filter((address) => address.toLowerCase() === asked), ...to].find((address) =>
    mentioned.some((one) => one.toLowerCase() === address.toLowerCase()),
  );
  const address = both ?? mentioned[0] ?? (to.length === 1 ? to[0] : undefined);
  return address === undefined ? [] : [{ address, text: words }];
}
