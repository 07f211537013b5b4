import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KEPT } from './paths.mjs';

/**
 * What the next start uses again: the secret of the key can be read nowhere else.
 *
 * @typedef {{ key?: string, smtpPort?: string }} Kept
 */

/** @returns {Kept} */
export function readKept() {
  return existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : {};
}

/** @param {Kept} more */
export function keep(more) {
  writeFileSync(KEPT, JSON.stringify({ ...readKept(), ...more }, null, 2), { mode: 0o600 });
}
