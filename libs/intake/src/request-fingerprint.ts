import { createHash } from 'node:crypto';
import type { MessageRequest } from './message-request.js';

/** Hashes of a request: `dedupeKey` finds a repeat, `bodyHash` tells whether it asks for the same. Both SHA-256, hex. */
export interface Fingerprint {
  dedupeKey: string;
  bodyHash: string;
}

/** @returns null for a request without an idempotency key */
export function fingerprint(request: MessageRequest): Fingerprint | null {
  if (request.idempotencyKey === undefined) return null;
  const { idempotencyKey, tenantId: _, ...body } = request;
  // A key of test mode must not answer for the same key of live mode.
  return { dedupeKey: sha256(`${request.mode}:${idempotencyKey}`), bodyHash: sha256(JSON.stringify(sorted(body))) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The same value with the keys of its objects in order, so that equal requests hash equally. */
function sorted(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
