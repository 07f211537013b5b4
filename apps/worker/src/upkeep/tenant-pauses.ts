import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type PauseBounds, TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { pauseBounds, pausesAnybody } from '../delivery/pause-bounds.js';
import { Rounds } from '../rounds.js';

/** Of upkeep, between two looks: as often as there is something new to see. */
const ROUNDS = 6;

/** Pauses tenants too many of whose messages fail or are complained of. Any number of workers may do it at once. */
@Injectable()
export class TenantPauses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(TenantPauses.name);
  private readonly bounds: PauseBounds;
  private readonly rounds: Rounds;

  constructor(
    private readonly repository: TenantPauseRepository,
    config: Config,
  ) {
    this.bounds = pauseBounds(config);
    this.rounds = new Rounds(ROUNDS * config.values.UPKEEP_INTERVAL_MS, () => this.run(), this.logger);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  async run(): Promise<boolean> {
    const pauses = pausesAnybody(this.bounds) ? await this.repository.pause(this.bounds) : [];
    for (const { tenantId, reason, detail } of pauses)
      this.logger.warn('tenant paused', { audit: true, tenantId, reason, ...detail });
    await this.repository.forget(this.bounds);
    return false;
  }
}
