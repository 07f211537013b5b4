import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { newId } from '@outbell/shared/uuid.js';
import { LeaderLeaseRepository } from './leader-lease.repository.js';
import type { PollResult } from './poll.decorator.js';

/** How long a process leads without being heard of, in ms. */
const LEASE_MS = 15_000;
/** The holder renews it so often, in ms; the others see so often whether it is free. */
const LOOK_MS = 3_000;

const NOTHING: PollResult = { taken: 0, more: false };

/**
 * Makes one process of an installation the leader, by a lease in the database that others take over when it ends. A
 * holder that stood still finds by its own elapsed time that it may lead no more; work that must not be done twice
 * carries a fence of its own (ScheduleFireRepository).
 */
@Injectable()
export class LeaderLease implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LeaderLease.name);
  private readonly owner = newId();
  /** `performance.now()` until which this process leads. */
  private leadsUntil = -Infinity;
  private looksAgain = -Infinity;
  private looking: Promise<void> | undefined;
  private ended = false;

  constructor(private readonly repository: LeaderLeaseRepository) {}

  /** Runs work if this process leads now; asks the database for it every few seconds. */
  async ifLeading(work: () => Promise<PollResult>): Promise<PollResult> {
    if (performance.now() >= this.looksAgain && !this.ended) await (this.looking ??= this.look());
    return performance.now() < this.leadsUntil ? work() : NOTHING;
  }

  /** Another may lead at once. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ended = true;
    await this.looking;
    if (this.leadsUntil > performance.now()) await this.repository.release(this.owner);
    this.leadsUntil = -Infinity;
  }

  private async look(): Promise<void> {
    // Measured from before: never longer than the lease holds in the database.
    const before = performance.now();
    try {
      const held = await this.repository.hold(this.owner, LEASE_MS);
      if (held && this.leadsUntil < before) this.logger.log('this process leads: it does what is done once', {});
      this.leadsUntil = held ? before + LEASE_MS - LOOK_MS : -Infinity;
      this.looksAgain = before + LOOK_MS;
    } finally {
      this.looking = undefined;
    }
  }
}
