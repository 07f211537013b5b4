import type { Level } from './rate-limiter.js';

/*
 * Time is counted in slices of a twentieth of a window, because counts are small and times are not: a limit of 20,000
 * an hour is 20 numbers, not 20,000 times. The price is that in the long run 20/22 (91 %) of a limit are used:
 * - a window that does not begin with a slice touches 21 of them,
 * - and one more lets every message go up to a slice later than its slot (3 s of a minute, 3 min of an hour) with the
 * limit still holding for what the vendor sees: between a slot and the vendor's answer lie a queue and a worker. With
 * 40 slices it would be 95 %, at twice the cost of a booking and half the patience.
 *
 * A first burst may be the whole limit. What has to wait is paced evenly, instead of bursting again when the window has
 * passed: that is what mailbox providers and carriers ask of a sender, and it costs no throughput.
 */
const SLICES_PER_WINDOW = 20;

/** So many slices in a row hold no more than the limit. */
export const RUN = SLICES_PER_WINDOW + 2;

/** How far ahead slots are given, in milliseconds: 31 days. */
export const HORIZON_MS = 31 * 86_400_000;

/** When to ask again if nothing was free up to the horizon, in milliseconds. */
export const ASK_AGAIN_MS = 86_400_000;

/**
 * Shorter than this, a slot would lapse while the message is on its way from the queue to the vendor. Limits per second
 * may therefore be exceeded by what comes late; limits per minute and longer hold, as a slice of theirs is no shorter.
 */
const LEAST_GRACE_MS = 3_000;

/** At most `max` slots in any `length` slices in a row. */
export interface Rule {
  length: number;
  max: number;
}

/** Describes how a level is counted. */
export interface Slicing {
  sliceMs: number;
  /** Its limit; holds everywhere. */
  limit: Rule;
  /** Its pace; holds in slices yet to come, not in the one that is now. */
  pace: Rule;
}

export function slicingOf(level: Level): Slicing {
  return {
    sliceMs: Math.ceil(level.windowMs / SLICES_PER_WINDOW),
    limit: { length: RUN, max: level.limit },
    pace: {
      length: Math.max(1, Math.floor(SLICES_PER_WINDOW / level.limit)),
      max: Math.ceil(level.limit / SLICES_PER_WINDOW),
    },
  };
}

/** For how long after its time a slot on these levels is good. */
export function graceOf(levels: Level[]): number {
  return Math.max(LEAST_GRACE_MS, Math.min(...levels.map((level) => slicingOf(level).sliceMs)));
}
