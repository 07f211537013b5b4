import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type PauseBounds, TenantPauseRepository } from '@outbell/persistence/repositories/tenant-pause.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
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
    { values }: Config,
  ) {
    this.bounds = {
      failureRate: values.PAUSE_FAILURE_RATE,
      complaintRate: values.PAUSE_COMPLAINT_RATE,
      windowMs: values.PAUSE_WINDOW_MS,
      least: values.PAUSE_MIN,
    };
    this.rounds = new Rounds(ROUNDS * values.UPKEEP_INTERVAL_MS, () => this.run(), this.logger);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  private get isWanted(): boolean {
    return this.bounds.failureRate > 0 || this.bounds.complaintRate > 0;
  }

  async run(): Promise<boolean> {
    const pauses = this.isWanted ? await this.repository.pause(this.bounds) : [];
    for (const { tenantId, reason, detail } of pauses)
      this.logger.warn('tenant paused', { audit: true, tenantId, reason, ...detail });
    await this.repository.forget(this.bounds.windowMs);
    return false;
  }
}
