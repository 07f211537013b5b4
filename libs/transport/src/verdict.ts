/**
 * Tells a broker what becomes of an item that was handed to a handler.
 *
 * - `ack`: done; the broker forgets it.
 * - `retry`: it failed for this reason, and may succeed later; at the earliest after `afterMs`.
 * - `dead`: nobody will ever be able to do anything with it; it goes where the broker keeps such items.
 * - `hold`: nothing can be done with any item now (the database is away). It is handed over again in a moment, counts
 *   as no attempt, and the broker is asked for nothing more meanwhile.
 */
export type Verdict = 'ack' | { retry: string; afterMs?: number } | { dead: string } | { hold: string };

/** Whether the items of a batch are to be handed over again as they are. */
export function isHold(verdict: Verdict): boolean {
  return typeof verdict === 'object' && 'hold' in verdict;
}
