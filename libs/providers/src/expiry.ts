import type { Expiry } from './provider.js';

/** Four weeks, in seconds: the longest that push services keep a message. */
export const LONGEST_TTL_S = 2_419_200;

/** Gives the whole seconds for which a message is still worth delivering; 0: none. */
export function secondsLeft({ by }: Expiry, now = performance.now()): number {
  return Math.max(0, Math.floor((by - now) / 1_000));
}
