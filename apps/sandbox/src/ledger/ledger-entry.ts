/**
 * How a call to a vendor ended, as the vendor knows it: `accepted` it took the message and said so; `dropped_after` it
 * took the message and the line was cut before it could say so; `rejected` it said no; `dropped_before` the line was
 * cut before it had the message; `hung` it never answered and did not take it; `aborted` the caller left before the
 * message was whole; `repeated` it knew the call by its idempotency key, and took nothing anew.
 */
export const CALL_OUTCOMES = [
  'accepted',
  'dropped_after',
  'rejected',
  'dropped_before',
  'hung',
  'aborted',
  'repeated',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** Whether the recipient gets the message. */
export function isTaken(outcome: CallOutcome): boolean {
  return outcome === 'accepted' || outcome === 'dropped_after';
}

/** What a vendor's room tells about one call for one recipient. */
export interface VendorCall {
  vendor: string;
  /** Outbell's id of the message; null when the call ended before it was told */
  messageId: string | null;
  /** null when the call ended before it was told */
  recipient: string | null;
  outcome: CallOutcome;
  /** What was answered, if anything */
  reply: string | null;
}

/** One line of the ledger, as it is answered and written to the file. */
export interface LedgerEntry {
  /** 1, 2, 3 … without gaps */
  seq: number;
  /** ISO 8601, UTC */
  time: string;
  vendor: string;
  message_id: string | null;
  /** SHA-256 of the lower-cased address, in hex */
  recipient_hash: string | null;
  outcome: CallOutcome;
  reply: string | null;
}
