import { hash } from 'node:crypto';
import { canonical } from './canonical.js';
import type { MessageRequest } from './message-request.js';

/** Hashes of a request: `dedupeKey` finds a repeat, `bodyHash` tells whether it asks for the same. Both SHA-256, hex. */
export interface Fingerprint {
  dedupeKey: string;
  bodyHash: string;
}

/** What a request asks for. The compiler misses a field that is forgotten here. */
const BODY: Record<Exclude<keyof MessageRequest, 'tenantId' | 'idempotencyKey'>, true> = {
  mode: true,
  channel: true,
  to: true,
  sender: true,
  template: true,
  variables: true,
  subject: true,
  html: true,
  text: true,
  scheduledAt: true,
  expiresAt: true,
  priority: true,
  metadata: true,
  tags: true,
  verifiesSender: true,
};
const FIELDS = Object.keys(BODY) as (keyof typeof BODY)[];

/** @returns null for a request without an idempotency key */
export function fingerprint(request: MessageRequest): Fingerprint | null {
  if (request.idempotencyKey === undefined) return null;
  let body = '';
  for (const field of FIELDS) body += canonical(request[field]);
  // A key of test mode must not answer for the same key of live mode.
  return { dedupeKey: hash('sha256', `${request.mode}:${request.idempotencyKey}`), bodyHash: hash('sha256', body) };
}
