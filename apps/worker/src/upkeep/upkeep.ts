import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { RateLimiter } from '@outbell/limits/rate-limiter.js';
import { MessageIntakeRepository } from '@outbell/persistence/repositories/message-intake.repository.js';
import { PartitionRepository } from '@outbell/persistence/repositories/partition.repository.js';
import { UpkeepRepository } from '@outbell/persistence/repositories/upkeep.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Rounds } from '../rounds.js';

/** Rescued in one statement. */
const RESCUE_AT_ONCE = 500;
/** Leases of a message that may run out before a provider was called; then it is taken for what kills its workers. */
const CRASH_LIMIT = 3;
const HOUR_MS = 3_600_000;

/** Puts right what died, makes room ahead and lets go of what is past. Any number of workers may do it at once. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Upkeep.name);
  private readonly rescues: Rounds;
  private readonly housekeeping: Rounds;

  constructor(
    private readonly repository: UpkeepRepository,
    private readonly partitions: PartitionRepository,
    private readonly intake: MessageIntakeRepository,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.rescues = new Rounds(config.values.UPKEEP_INTERVAL_MS, () => this.rescue(), this.logger);
    this.housekeeping = new Rounds(HOUR_MS, () => this.keepHouse(), this.logger);
  }

  onApplicationBootstrap(): void {
    this.rescues.start();
    this.housekeeping.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.rescues.stop(), this.housekeeping.stop()]);
  }

  /** @returns whether there may be more */
  async rescue(): Promise<boolean> {
    const { requeued, dead, unknown } = await this.repository.rescue(RESCUE_AT_ONCE, CRASH_LIMIT);
    const rescued = requeued + dead + unknown;
    if (rescued > 0) this.logger.warn('leases of lost workers ended', { requeued, dead, unknown });
    return rescued >= RESCUE_AT_ONCE;
  }

  /** Partitions of the coming months, those past retention, and what nobody reads any more. */
  async keepHouse(): Promise<boolean> {
    const now = this.clock.now();
    const months = this.config.values.RETENTION_MONTHS;
    await this.partitions.ensure(now);
    if (months > 0) {
      const detached = await this.partitions.detachOlderThan(now, months);
      if (detached.length > 0) this.logger.log('partitions past retention detached', { detached });
      await this.intake.pruneDedupe(months);
    }
    await this.limiter.prune();
    return false;
  }
}
