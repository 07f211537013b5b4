import { timingSafeEqual } from 'node:crypto';

/** Compares without telling by its time how much was right. Lengths are no secret: those of signatures are fixed. */
export function sameSecret(given: string | Buffer, expected: string | Buffer): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Tells whether one of the signatures was made with one of the secrets: several hold while one replaces another.
 *
 * @param signatureOf gives what a secret would have signed with; undefined for what is no secret, which trusts nobody
 */
export function isSigned(
  given: readonly (string | undefined)[],
  secrets: readonly string[],
  signatureOf: (secret: string) => string | undefined,
): boolean {
  return secrets.some((secret) => {
    const expected = secret === '' ? undefined : signatureOf(secret);
    return expected !== undefined && given.some((one) => one !== undefined && sameSecret(one, expected));
  });
}
