import { timingSafeEqual } from 'node:crypto';

/** Compares without telling by its time how much was right. Lengths are no secret: those of signatures are fixed. */
export function sameSecret(given: string | Buffer, expected: string | Buffer): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
