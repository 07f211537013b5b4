import { createPublicKey, verify } from 'node:crypto';
import { record } from '../request-fields.js';

/** As far in the future as a token may expire (RFC 8292). */
const MAX_LIFE_MS = 24 * 3_600_000;
const AUTHORIZATION = /^vapid t=([\w-]+\.[\w-]+)\.([\w-]+), ?k=([\w-]+)$/i;

/**
 * The application server's public key, if its header proves that it made the request for this push service (RFC 8292).
 *
 * @returns null when it does not
 */
export function vapidKeyOf(authorization: string | undefined, origin: string, now: Date): string | null {
  const [, signed = '', signature = '', key = ''] = AUTHORIZATION.exec(authorization ?? '') ?? [];
  try {
    const { aud, exp } = record(JSON.parse(Buffer.from(signed.split('.')[1] ?? '', 'base64url').toString()));
    const expiresInMs = Number(exp) * 1000 - now.getTime();
    if (aud !== origin || !(expiresInMs > 0 && expiresInMs <= MAX_LIFE_MS)) return null;
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const proof = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
    return verify('sha256', Buffer.from(signed), proof, Buffer.from(signature, 'base64url')) ? key : null;
  } catch {
    return null;
  }
}
