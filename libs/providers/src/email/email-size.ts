import type { OutgoingEmail } from '../provider.js';

/** What of a message certainly counts, in bytes: what the vendor's own encoding adds to it is the vendor's to judge. */
export function emailBytes({ subject, text, html = '', headers }: OutgoingEmail): number {
  const parts = [subject, text, html, ...Object.entries(headers).flat()];
  return parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

const MEGABYTE = 1_048_576;

/** Why a vendor with that limit must not be called with this message, if it must not: it is larger, whatever way it is encoded. */
export function tooLarge(message: OutgoingEmail, megabytes: number): 'message_too_large' | undefined {
  return emailBytes(message) > megabytes * MEGABYTE ? 'message_too_large' : undefined;
}
