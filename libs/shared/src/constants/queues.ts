import { type Priority, PRIORITY_RANK } from './priorities.js';

/**
 * A channel has three lanes, each with worker slots of its own: what is urgent waits for nothing else, and what has
 * just come not for the backlog, of which more waits in the database than fits into a queue.
 */
export const LANES = ['urgent', 'regular', 'backlog'] as const;
export type Lane = (typeof LANES)[number];

/** The largest number of message ids one wake-up carries. */
export const WAKE_UP_SIZE = 100;

/** The lane of a message that is not part of a backlog. */
export function laneOf(priority: Priority): Lane {
  return laneOfRank(PRIORITY_RANK[priority]);
}

export function laneOfRank(rank: number): Lane {
  return rank === PRIORITY_RANK.high ? 'urgent' : 'regular';
}
