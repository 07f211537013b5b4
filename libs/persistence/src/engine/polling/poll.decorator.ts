import { DiscoveryService } from '@nestjs/core';
import type { Config } from '@outbell/shared/config/config.schema.js';

type Settings = Config['values'];

/** Describes what a run of a polling method has found. */
export interface PollResult {
  /** How many rows it took. */
  taken: number;
  /** It left some undone: the next run follows soon. */
  more: boolean;
}

export interface PollOptions {
  /** Pause between two runs, in ms. */
  every: number | ((settings: Settings) => number);
  /**
   * Pause after a run that left something undone, in ms. Default: 20, long enough for others to get at the database.
   */
  busyEvery?: (settings: Settings) => number;
  /** Has a loop for each of these, which is what the method is given. `owner`: whose method it is. */
  forEach?: (settings: Settings, owner: object) => readonly string[];
  /** Runs in one process of the installation only, see LeaderLease. */
  leader?: boolean;
}

/**
 * Declares a method `(item?) => Promise<PollResult>` as one that the Poller calls again and again, in every process
 * that has it.
 */
export const Poll = DiscoveryService.createDecorator<PollOptions>();

/** The result of a run that takes at most `limit` rows. */
export function polled(taken: number, limit = Infinity): PollResult {
  return { taken, more: taken >= limit };
}
