import { CONTENT_NAMES, type ContentName } from '@outbell/channels/channels.js';
import { hash } from 'node:crypto';
import { canonical } from './canonical.js';
import type { MessageRequest } from './message-request.js';

/**
 * Hashes of a request: `dedupeKey` finds a repeat, `bodyHash` tells whether it asks for the same. Both of SHA-256, hex.
 */
export interface Fingerprint {
  dedupeKey: string;
  bodyHash: string;
}

/** What came in later releases counts where it is given: a repeat from before an update stays one. */
const LATER = {
  toContact: true,
  fallback: true,
  onUnknown: true,
  topic: true,
} as const;

/** Content that the first release did not have. */
type LaterContent = Exclude<ContentName, 'subject' | 'html' | 'text'>;

type Body = Exclude<
  keyof MessageRequest,
  LaterContent | 'tenantId' | 'idempotencyKey' | 'batchIndex' | 'heldMs' | 'source' | 'listeners' | 'textFault'
>;

/** What a request asks for. The compiler misses a field that is forgotten here or above. */
const BODY: Record<Exclude<Body, keyof typeof LATER>, true> = {
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
const LATER_FIELDS = [
  ...CONTENT_NAMES.filter((name): name is LaterContent => !(name in BODY)),
  ...(Object.keys(LATER) as (keyof typeof LATER)[]),
];

/** @returns in the order of the requests; null for those without an idempotency key */
export function fingerprints(requests: readonly MessageRequest[]): (Fingerprint | null)[] {
  const keys = new Map<string, string>();
  return requests.map((request) => {
    if (request.idempotencyKey === undefined) return null;
    let body = '';
    for (const field of FIELDS) body += canonical(request[field]);
    for (const field of LATER_FIELDS) {
      if (request[field] !== undefined) body += `${field}${canonical(request[field])}`;
    }
    return { dedupeKey: dedupeKey(request, keys), bodyHash: hash('sha256', body) };
  });
}

/**
 * A key of test mode must not answer for the same key of live mode, nor one of a batch for that of a single request.
 * Items of a batch differ in the end of theirs: neighbours in the index, they are written to one page of it.
 *
 * @param hashes of keys that other requests had too
 */
function dedupeKey({ mode, idempotencyKey, batchIndex }: MessageRequest, hashes: Map<string, string>): string {
  const named = `${mode}:${idempotencyKey}${batchIndex === undefined ? '' : ' batch'}`;
  const hashed = hashes.get(named) ?? hash('sha256', named);
  hashes.set(named, hashed);
  return batchIndex === undefined ? hashed : `${hashed.slice(0, -8)}${batchIndex.toString(16).padStart(8, '0')}`;
}
