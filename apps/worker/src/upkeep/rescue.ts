import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Repeatable, UpkeepRepository } from '@outbell/persistence/engine/upkeep.repository.js';
import { CRASH_LIMIT } from '@outbell/planning/crash-limit.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Rounds } from '../rounds.js';

/** Claimed batches looked at in one statement. */
const LOOKED_AT_ONCE = 50;

/** Takes messages back whose workers died. Any number of workers may do it at once. */
@Injectable()
export class Rescue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Rescue.name);
  private readonly rounds: Rounds;
  private readonly repeatable: Repeatable[];

  constructor(
    private readonly repository: UpkeepRepository,
    providers: ProviderRegistry,
    config: Config,
  ) {
    this.rounds = new Rounds(config.values.UPKEEP_INTERVAL_MS, () => this.run(), this.logger);
    this.repeatable = providers.all.flatMap(({ providerName: provider, repeatableForMs: forMs }) =>
      forMs === undefined ? [] : [{ provider, forMs }],
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  /** @returns whether there may be more */
  async run(): Promise<boolean> {
    const rescued = await this.repository.rescue(LOOKED_AT_ONCE, CRASH_LIMIT, this.repeatable);
    const { looked, requeued, dead, unknown } = rescued;
    if (requeued + dead + unknown > 0) this.logger.warn('leases of lost workers ended', { requeued, dead, unknown });
    return looked === LOOKED_AT_ONCE;
  }
}
