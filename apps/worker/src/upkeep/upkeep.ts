import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { RateLimiter } from '@outbell/limits/rate-limiter.js';
import { IdempotencyRepository } from '@outbell/persistence/repositories/idempotency.repository.js';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import { PartitionRepository } from '@outbell/persistence/engine/partition.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Rounds } from '../rounds.js';

/** Dedupe keys forgotten in one statement. */
const FORGET_AT_ONCE = 10_000;
/** So long a repeat gets the first answer. A repeated message finds the first one as long as that is kept. */
const ANSWERS_KEPT_DAYS = 7;
const HOUR_MS = 3_600_000;

/** Makes room ahead and lets go of what is past. Any number of workers may do it at once. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Upkeep.name);
  /** Rounds of their own: one that fails, or waits for a lock, holds up no other. */
  private readonly rounds: Rounds[];

  constructor(
    private readonly partitions: PartitionRepository,
    private readonly intake: MessageIntakeRepository,
    private readonly answers: IdempotencyRepository,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.rounds = [
      new Rounds(HOUR_MS, () => this.makeRoom(), this.logger),
      new Rounds(HOUR_MS, () => this.retire(), this.logger),
      new Rounds(HOUR_MS, () => this.forget(), this.logger),
      new Rounds(HOUR_MS, () => this.forgetAnswers(), this.logger),
      new Rounds(HOUR_MS, () => this.pruneSlots(), this.logger),
    ];
  }

  onApplicationBootstrap(): void {
    for (const rounds of this.rounds) rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.rounds.map((rounds) => rounds.stop()));
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

  /** First answers to requests with a key. @returns whether there may be more */
  async forgetAnswers(): Promise<boolean> {
    return (await this.answers.prune(ANSWERS_KEPT_DAYS, FORGET_AT_ONCE)) === FORGET_AT_ONCE;
  }

  /** What the rate limiter counts no more. */
  async pruneSlots(): Promise<boolean> {
    await this.limiter.prune();
    return false;
  }
}
