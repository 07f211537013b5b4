import type { Outcome } from '@outbell/shared/outcome.js';

/** How long a number rests that WhatsApp restricted, in ms: each further try makes it worse. */
export const REST_MS = 6 * 3_600_000;

/** The number itself is restricted: it may not begin conversations (463), or not at all (403). */
const RESTRICTED = ['463', '403'];

/**
 * WhatsApp is busy, or its picture of the recipient's devices was out of date (479): not taken, and worth another
 * attempt.
 */
const PASSING = ['408', '429', '479'];

/** Result of one attempt to send. */
export type Handed =
  | { kind: 'acked'; error: string | undefined }
  /** @see handedOver from here on WhatsApp may have it */
  | { kind: 'broken' | 'silent' | 'failed'; handedOver: boolean };

/** Tells whether this answer asks that the number rest. */
export function restricts(handed: Handed): boolean {
  return handed.kind === 'acked' && handed.error !== undefined && RESTRICTED.includes(handed.error);
}

/** @param id of the message at WhatsApp */
export function outcomeOf(handed: Handed, id: string): Outcome {
  if (handed.kind === 'acked')
    return handed.error === undefined ? { kind: 'sent', providerMessageId: id } : refusal(handed);
  if (handed.handedOver) return { kind: 'unknown', reason: 'no_reply_after_data' };
  if (handed.kind === 'broken') return { kind: 'retry', reason: 'connection_lost' };
  return { kind: 'retry', reason: handed.kind === 'silent' ? 'timeout' : 'temporary_failure' };
}

/** An ack with an error says that the message was not taken. */
function refusal({ error = '' }: { error: string | undefined }): Outcome {
  const code = /^\d{3}$/.test(error) ? error : 'other';
  const detail = { code };
  if (RESTRICTED.includes(code)) return { kind: 'retry', reason: 'number_restricted', after: REST_MS, detail };
  if (code === '429') return { kind: 'retry', reason: 'vendor_rate_limited', detail };
  if (PASSING.includes(code) || code.startsWith('5')) return { kind: 'retry', reason: 'temporary_failure', detail };
  return { kind: 'rejected', reason: 'refused', detail };
}
