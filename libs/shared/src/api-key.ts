import { hash, randomInt } from 'node:crypto';

export type KeyMode = 'live' | 'test';

/** A key as it is made: `key` is shown once, `prefix` and `secretHash` are stored. */
export interface NewApiKey {
  /** `ob_live_<12>_<43>`: prefix and secret. */
  key: string;
  /** `ob_live_<12>`: public, unique, finds the row. */
  prefix: string;
  /** SHA-256 of the secret half. It has 256 random bits, so it needs neither salt nor stretching. */
  secretHash: Buffer;
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = /^(ob_(?:live|test)_[0-9A-Za-z]{12})_([0-9A-Za-z]{43})$/;

export function newApiKey(mode: KeyMode): NewApiKey {
  const prefix = `ob_${mode}_${randomText(12)}`;
  const secret = randomText(43);
  return { key: `${prefix}_${secret}`, prefix, secretHash: hashSecret(secret) };
}

/** The two halves of a key, or null when the text has not the shape of one. */
export function parseApiKey(text: string): { prefix: string; secret: string } | null {
  const [, prefix, secret] = SHAPE.exec(text) ?? [];
  return prefix !== undefined && secret !== undefined ? { prefix, secret } : null;
}

export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
