/**
 * Cleans what a vendor quotes of a server's reply, so that it may be kept: without the recipient's and any other
 * address, nor what stands before its @.
 */
export function replyText(reply: string, ...addresses: readonly (string | undefined)[]): string {
  return recordable(
    reply.slice(0, 2_000),
    addresses.flatMap((address) => (address === undefined ? [] : wordsOf(address))),
  );
}

/** Parts of an address by which a reply could name a person. */
export function wordsOf(address: string): string[] {
  return [address, address.slice(0, Math.max(0, address.lastIndexOf('@')))];
}

/** The longest reply text that is kept. */
const REPLY_LENGTH = 300;

/**
 * A reply as it may be recorded: one line, without e-mail addresses (also in the `user=example.com` form of bounce
 * paths), without the given words (recipient, credentials), without control characters, which a database refuses.
 */
export function recordable(text: string, secret: readonly string[]): string {
  let clean = text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  for (const word of [...secret].sort((a, b) => b.length - a.length)) {
    if (word.length > 2) clean = clean.replace(new RegExp(word.replace(/[^\w\s]/g, '\\$&'), 'gi'), '[removed]');
  }
  clean = clean.replace(/[^\s<>()"',;:]+(?:@|=40|%40)[^\s<>()"',;]+/g, '[address]');
  return clean.slice(0, REPLY_LENGTH).toWellFormed();
}
