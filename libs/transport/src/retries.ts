/** How often an item is handed over before it counts as dead. */
export const TRIES = 10;

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Computes how long an item waits that failed, in ms: doubled each time. @param tries how often it was handed over */
export function retryDelay(tries: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(0, tries - 1), LONGEST_MS);
}
