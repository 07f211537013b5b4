import { createHash, randomInt } from 'node:crypto';

export const CODE_LIFE_MS = 30 * 60_000;
export const MAX_ATTEMPTS = 5;
/** How soon another code may follow: nobody's mailbox is to be flooded, nor many codes guessed at. */
export const RESEND_AFTER_MS = 60_000;

export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** Hashes a code as it is stored. The sender's address keeps equal codes of two senders apart. */
export function hashCode(tenantId: string, address: string, code: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([tenantId, address, code]))
    .digest();
}
