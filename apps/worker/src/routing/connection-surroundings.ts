import type { Semaphore } from './priority-semaphore.js';

/** Describes what tells a connection from others, and what a message has to know of it. */
export interface ConnectionIdentity {
  provider: string;
  /** Both null for test mode's. */
  connectionId: string | null;
  version: number | null;
  /** For how long its vendor takes a repeat under a message's key once, in ms; null: it never does. */
  repeatableForMs: number | null;
  /** What its vendor takes in a time (`5/min`); empty: as much as it is given. */
  rateLimits: string;
}

export interface Bounds {
  /** How many calls at once; or the line before its places. */
  places: number | Semaphore;
  /** How long a message waits for a place before it goes back to the queue, in ms: well below its lease. */
  patienceMs: number;
}

/** Describes what a connection needs of its worker. */
export interface Surroundings {
  /** Total time in which this process has kept its own timers waiting, in ms. */
  lagMs: () => number;
  /**
   * Lets messages that wait for a place at the connection until a later time come now.
   *
   * @param room at most so many
   * @returns whether there may be more
   */
  bringForward?: (connectionId: string, room: number) => Promise<boolean>;
}
