import type { Failure } from '../http/http-verdict.js';
import type { OutgoingEmail } from '../provider.js';
import { unsafeHeader } from './header-safety.js';

/**
 * Sums what of a message certainly counts, in bytes: what the vendor's own encoding adds to it is the vendor's to
 * judge.
 */
function emailBytes({ subject, text, html = '', headers }: OutgoingEmail): number {
  const parts = [subject, text, html, ...Object.entries(headers).flat()];
  return parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

const MEGABYTE = 1_048_576;

/**
 * Refuses what a vendor with that limit must not be called with: what would break a header, or is larger whatever way
 * it is encoded.
 *
 * @param megabytes all that the vendor takes of one message
 */
export function refuseEmail(message: OutgoingEmail, megabytes: number): Failure | undefined {
  const tooLarge = emailBytes(message) > megabytes * MEGABYTE ? 'message_too_large' : undefined;
  const reason = unsafeHeader(message) ?? tooLarge;
  return reason && { kind: 'rejected', reason };
}
