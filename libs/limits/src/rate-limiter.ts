/** One limit on one thing: at most `limit` slots of `key` in any `windowMs` milliseconds. */
export interface Level {
  /** Names the thing and the window, for they are counted together: `sender:<id>:60000`. */
  key: string;
  limit: number;
  windowMs: number;
}

/** A message that wants to go, with every limit it is under. None: it may go at once. */
export interface SlotRequest {
  levels: Level[];
}

/** When a message may go. */
export interface Slot {
  /** By the clock of the server that keeps the slots, which need not be this machine's nor the database's. */
  at: Date;
  /**
   * The wait until `at` in milliseconds; 0 is now. What decides whether a message may go, and what a due time is
   * reckoned from: a worker whose clock is off by hours books and keeps its slots like any other.
   */
  afterMs: number;
  /**
   * For how long after `at` the slot is good, in milliseconds. A message that comes later (its worker was down) books
   * anew.
   */
  graceMs: number;
  /**
   * Whether a slot is held. If not, all within the horizon are taken: nothing is booked, and `at` is when to ask again.
   */
  booked: boolean;
  /** The limit that made it wait; absent when it may go now. */
  blockedBy?: Level;
}

/**
 * Books times at which messages may go, so that no limit is ever exceeded, by however many workers. A message books
 * once and goes at its time without asking again: the cost grows with the messages and not with how long they wait.
 */
export abstract class RateLimiter {
  /** How many counted slices of time were read so far: what a booking costs besides itself. */
  abstract readonly slicesRead: number;

  /**
   * Books one slot on all levels for each request (at most 100), in their order, in one atomic step. A slot is spent
   * even if the message does not go in the end.
   *
   * @throws when the server that keeps the slots cannot be reached: nothing may be sent then
   */
  abstract book(requests: SlotRequest[]): Promise<Slot[]>;

  /**
   * Drops what no window reaches any more. Maintenance calls it now and then; not calling it costs nothing but space.
   */
  abstract prune(): Promise<void>;

  abstract close(): Promise<void>;
}
