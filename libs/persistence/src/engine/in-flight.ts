import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { columnsOf, idRange } from '../statements.js';

/** A message that was marked, and whose vendor may not have been called yet. */
export interface InFlight {
  id: string;
  fence: number;
}

/**
 * A vendor answers within a fraction of it; who stops something waits no longer to be answered, in ms. No call may
 * begin so long after its mark: it would begin after it was said that none does.
 */
export const PATIENCE_MS = 2_000;
const PAUSE_MS = 25;

/**
 * Waits for a moment until vendors have answered: what leaves after that was stopped.
 *
 * @returns how many are still on their way
 */
export async function awaitAnswers(db: DataSource, sending: InFlight[], patienceMs = PATIENCE_MS): Promise<number> {
  const until = performance.now() + patienceMs;
  for (let left = sending.length; ; left = await stillSending(db, sending)) {
    if (left === 0 || performance.now() >= until) return left;
    await wait(PAUSE_MS);
  }
}

async function stillSending(db: DataSource, sending: InFlight[]): Promise<number> {
  const ids = sending.map(({ id }) => id);
  const [row] = await db.query<{ left: number }[]>(
    `SELECT count(*)::int AS left FROM unnest($1::uuid[], $2::int[]) AS s (id, fence) JOIN message m ON m.id = s.id
      AND m.fence = s.fence
     WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND m.status = 'sending' AND m.lease_until > now()`,
    [...columnsOf(sending, 'id', 'fence'), ...idRange(ids)],
  );
  return row?.left ?? 0;
}
