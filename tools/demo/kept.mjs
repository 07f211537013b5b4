import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KEPT } from './paths.mjs';

/**
 * What the next start uses again: neither the secret of the API key nor a private key can be read anywhere else.
 *
 * @typedef {{ key?: string, smtpPort?: string, webPushKeys?: { public_key: string, private_key: string } }} Kept
 */

/** @returns {Kept} */
export function readKept() {
  return existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : {};
}

/** @param {Kept} more */
export function keep(more) {
  writeFileSync(KEPT, JSON.stringify({ ...readKept(), ...more }, null, 2), { mode: 0o600 });
}
