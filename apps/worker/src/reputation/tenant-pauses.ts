import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { type PauseBounds, TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { pauseBounds, pausesAnybody } from './pause-bounds.js';

/** Between two looks, in intervals of maintenance: as often as there is something new to see. */
const INTERVALS = 6;

/** Pauses tenants too many of whose messages fail or are complained of. */
@Injectable()
export class TenantPauses {
  private readonly logger = new Logger(TenantPauses.name);
  private readonly bounds: PauseBounds;

  constructor(
    private readonly repository: TenantPauseRepository,
    config: Config,
  ) {
    this.bounds = pauseBounds(config);
  }

  @Poll({ every: ({ MAINTENANCE_INTERVAL_MS }) => INTERVALS * MAINTENANCE_INTERVAL_MS, leader: true })
  async run(): Promise<PollResult> {
    const pauses = pausesAnybody(this.bounds) ? await this.repository.pause(this.bounds) : [];
    for (const { tenantId, reason, detail } of pauses)
      this.logger.warn('tenant paused', { audit: true, tenantId, reason, ...detail });
    await this.repository.forget(this.bounds);
    return polled(pauses.length);
  }
}
