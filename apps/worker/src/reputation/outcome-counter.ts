import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import type { Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { writeShared } from '@outbell/persistence/shared-write.js';
import { type OutcomeCount, TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Delivery } from '../delivery/delivery.js';
import { pauseBounds, pausesAnybody } from './pause-bounds.js';

/** In intervals of maintenance, between two writes. */
const INTERVALS = 6;

/**
 * Adds up what came of each tenant's calls to providers, and writes it down now and then: a tenant in trouble is paused
 * by it.
 */
@Injectable()
export class OutcomeCounter implements BeforeApplicationShutdown {
  private readonly logger = new Logger(OutcomeCounter.name);
  private readonly wanted: boolean;
  private counts = new Map<string, OutcomeCount>();

  constructor(
    private readonly repository: TenantPauseRepository,
    config: Config,
  ) {
    this.wanted = pausesAnybody(pauseBounds(config));
  }

  /** Writes the last counts; what comes in after this is lost: a few of many. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.write().catch((error: unknown) => this.logger.warn('counts of outcomes were not written', error));
  }

  /** Only what a provider was called for, in earnest, and has ended. */
  add({ message: { tenantId, mode }, event, outcome, attempt }: Pick<Delivery, 'message'> & Settlement): void {
    if (!this.wanted || attempt === null || mode !== 'live') return;
    if (event !== 'sent' && event !== 'failed' && event !== 'unknown') return;
    let count = this.counts.get(tenantId);
    if (!count) {
      count = { tenantId, ended: 0, failed: 0 };
      this.counts.set(tenantId, count);
    }
    count.ended += 1;
    // A vendor that was away too long is no fault of the tenant.
    if (event === 'failed' && outcome === 'rejected') count.failed += 1;
  }

  /** Writes the counts. What cannot be written is forgotten: it is a share that counts, not a number. */
  @Poll({ every: ({ MAINTENANCE_INTERVAL_MS }) => INTERVALS * MAINTENANCE_INTERVAL_MS })
  async write(): Promise<PollResult> {
    const counts = [...this.counts.values()];
    this.counts = new Map();
    const unwritten = await writeShared(counts, (some) => this.repository.count(some));
    for (const { item, error } of unwritten)
      this.logger.warn('outcomes not counted', { tenantId: item.tenantId }, error);
    return polled(counts.length);
  }
}
