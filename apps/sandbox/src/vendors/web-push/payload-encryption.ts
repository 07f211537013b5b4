import { createDecipheriv, type ECDH, hkdfSync } from 'node:crypto';

const SALT_BYTES = 16;
const HEADER_BYTES = SALT_BYTES + 4 + 1;
const TAG_BYTES = 16;

/** What a browser keeps of its subscription. */
export interface BrowserKeys {
  pair: ECDH;
  auth: Buffer;
}

/**
 * Opens a payload as the browser does: RFC 8291 over the one record of RFC 8188.
 *
 * @returns null for what was not encrypted for these keys
 */
export function decryptPayload(body: Buffer, { pair, auth }: BrowserKeys): string | null {
  const salt = body.subarray(0, SALT_BYTES);
  const start = HEADER_BYTES + (body[HEADER_BYTES - 1] ?? 0);
  const sender = body.subarray(HEADER_BYTES, start);
  try {
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender]);
    const material = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), auth, info, 32));
    const key = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(body.subarray(-TAG_BYTES));
    const padded = Buffer.concat([decipher.update(body.subarray(start, -TAG_BYTES)), decipher.final()]);
    // The text ends with a 2, and zeros may follow.
    return padded.subarray(0, padded.lastIndexOf(2)).toString();
  } catch {
    return null;
  }
}
