import { recordable, wordsOf } from '../smtp/smtp.errors.js';

/** What a vendor quotes of a server's reply, as it may be kept: without the recipient's and any other address, nor what stands before its @. */
export function replyText(reply: string, ...addresses: readonly (string | undefined)[]): string {
  return recordable(
    reply.slice(0, 2_000),
    addresses.flatMap((address) => (address === undefined ? [] : wordsOf(address))),
  );
}
