import type { SuppressionScope } from './constants/suppression-scopes.js';

/**
 * Describes what became of one delivery of one message. Every step of a delivery that stops a message says so with one
 * of these, and it is recorded with its reason, so that "why was this not sent?" is a query.
 *
 * `reason` is a stable machine word (`mailbox_unavailable`); `detail` holds the values seen (the vendor's reply, the
 * limit that was full), without secrets and without the recipient's address.
 */
export type Outcome =
  /** The vendor took it. `recipientId`: what it calls the recipient, where that is not what it was given. */
  | { kind: 'sent'; providerMessageId?: string | undefined; recipientId?: string | undefined; detail?: Detail }
  /** Proven not sent; worth another attempt. `after` is the vendor's wish, in milliseconds from now. */
  | { kind: 'retry'; reason: string; after?: number | undefined; detail?: Detail }
  /**
   * Not now; no attempt is spent. Milliseconds rather than a time: it is due by the database's clock, whatever this
   * machine's says. `slotGraceMs`: it holds a slot of the rate limiter at that time, good for so long.
   */
  | { kind: 'deferred'; reason: string; afterMs: number; slotGraceMs?: number; detail?: Detail }
  /**
   * The vendor will never take it. `suppress` asks that the address be suppressed with that reason, for the messages of
   * `suppressScope` (default: the reason's usual scope). `onlyHere`: it speaks of this connection alone, and another
   * may take it.
   */
  | {
      kind: 'rejected';
      reason: string;
      suppress?: SuppressionReason;
      suppressScope?: SuppressionScope;
      onlyHere?: true;
      detail?: Detail;
    }
  /** The address must not be messaged. */
  | { kind: 'suppressed'; reason: string; detail?: Detail }
  /** Its time had passed before it could go. */
  | { kind: 'expired'; reason: string; detail?: Detail }
  /** It may or may not have been taken: never sent again by us unless the tenant says so. */
  | { kind: 'unknown'; reason: string; detail?: Detail };

/** For how long who could not use a slot of the rate limiter, or used none, keeps it for its next turn, in ms. */
export const SLOT_GRACE_MS = 60_000;

export type Detail = Record<string, string | number | boolean | null>;

export const SUPPRESSION_REASONS = ['unsubscribe', 'bounce', 'invalid', 'complaint', 'manual'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];
