import { createHash } from 'node:crypto';
import { textOf } from '../json.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Our message id out of what a vendor carried for us; anything else is somebody else's. */
export function messageIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined;
}

/** An id as vendors make them. Others are left out: a database refuses some characters, and an index long ones. */
export function vendorIdOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[\x21-\x7e]{1,250}$/.test(text) ? text : undefined;
}

/** An e-mail address out of `Name <address>` or alone. */
export function emailOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 1_000) return undefined;
  const address = (/<([^<>]*)>\s*$/.exec(value)?.[1] ?? value).trim();
  return /^[^\s@<>\p{C}]+@[^\s@<>\p{C}]+$/u.test(address) && address.length <= 320 ? address : undefined;
}

/**
 * A telephone number as E.164, out of `whatsapp:+33…`, `33…`, `0033…` or one with spaces and the like. A national
 * number is nobody's.
 */
export function phoneOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || text.length > 60) return undefined;
  const digits = /^(?:whatsapp:)?(?:\+|00)?([1-9]\d{4,14})$/i.exec(text.replace(/[\s().\p{Pd}\p{Cf}]/gu, ''))?.[1];
  return digits === undefined ? undefined : `+${digits}`;
}

/** The id of a fact to which the vendor gives none: equal for the same fact told twice. */
export function factId(...parts: readonly (string | number | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
}

/** A word of the vendor's as a word of ours: `OnAccountSuppressionList` says what it says, and never an address. */
export function vendorWord(value: unknown): string | null {
  return typeof value === 'string' && /^[\w .:-]{1,60}$/.test(value) ? value : null;
}
