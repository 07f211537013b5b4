import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { RateLimiter } from '@outbell/limits/rate-limiter.js';
import { MessageIntakeRepository } from '@outbell/persistence/repositories/message-intake.repository.js';
import { PartitionRepository } from '@outbell/persistence/repositories/partition.repository.js';
import { UpkeepRepository } from '@outbell/persistence/repositories/upkeep.repository.js';
import { CRASH_LIMIT } from '@outbell/planning/crash-limit.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Rounds } from '../rounds.js';

/** Claimed batches looked at in one statement. */
const LOOKED_AT_ONCE = 50;
/** Dedupe keys forgotten in one statement. */
const FORGET_AT_ONCE = 10_000;
const HOUR_MS = 3_600_000;

/** Puts right what died, makes room ahead and lets go of what is past. Any number of workers may do it at once. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Upkeep.name);
  /** Rounds of their own: one that fails, or waits for a lock, holds up no other. */
  private readonly rounds: Rounds[];

  constructor(
    private readonly repository: UpkeepRepository,
    private readonly partitions: PartitionRepository,
    private readonly intake: MessageIntakeRepository,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.rounds = [
      new Rounds(config.values.UPKEEP_INTERVAL_MS, () => this.rescue(), this.logger),
      new Rounds(HOUR_MS, () => this.makeRoom(), this.logger),
      new Rounds(HOUR_MS, () => this.retire(), this.logger),
      new Rounds(HOUR_MS, () => this.forget(), this.logger),
      new Rounds(HOUR_MS, () => this.pruneSlots(), this.logger),
    ];
  }

  onApplicationBootstrap(): void {
    for (const rounds of this.rounds) rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.rounds.map((rounds) => rounds.stop()));
  }

  /** Leases of lost workers. @returns whether there may be more */
  async rescue(): Promise<boolean> {
    const { looked, requeued, dead, unknown } = await this.repository.rescue(LOOKED_AT_ONCE, CRASH_LIMIT);
    if (requeued + dead + unknown > 0) this.logger.warn('leases of lost workers ended', { requeued, dead, unknown });
    return looked === LOOKED_AT_ONCE;
  }

  /** Partitions of the coming months. */
  async makeRoom(): Promise<boolean> {
    await this.partitions.ensure(this.clock.now());
    return false;
  }

  /** Partitions past retention. */
  async retire(): Promise<boolean> {
    const months = this.config.values.RETENTION_MONTHS;
    if (months === 0) return false;
    const { detached, kept } = await this.partitions.detachOlderThan(this.clock.now(), months);
    if (detached.length > 0) this.logger.log('partitions past retention detached', { detached });
    if (kept.length > 0) this.logger.log('months past retention kept: they hold messages still to be sent', { kept });
    return false;
  }

  /** Dedupe keys past retention. @returns whether there may be more */
  async forget(): Promise<boolean> {
    const months = this.config.values.RETENTION_MONTHS;
    if (months === 0) return false;
    return (await this.intake.pruneDedupe(months, FORGET_AT_ONCE)) === FORGET_AT_ONCE;
  }

  /** What the rate limiter counts no more. */
  async pruneSlots(): Promise<boolean> {
    await this.limiter.prune();
    return false;
  }
}
