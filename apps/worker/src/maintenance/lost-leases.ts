import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { type Repeatable, LostLeaseRepository } from '@outbell/persistence/engine/lost-lease.repository.js';
import { LOST_LEASE_LIMIT } from '@outbell/planning/lost-lease-limit.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';

/** Claimed batches looked at in one statement. */
const LOOKED_AT_ONCE = 50;

/** Takes messages back whose workers died. Any number of workers may do it at once. */
@Injectable()
export class LostLeases {
  private readonly logger = new Logger(LostLeases.name);
  private readonly repeatable: Repeatable[];

  constructor(
    private readonly repository: LostLeaseRepository,
    providers: ProviderRegistry,
  ) {
    this.repeatable = providers.all.flatMap(({ providerName: provider, repeatableForMs: forMs }) =>
      forMs === undefined ? [] : [{ provider, forMs }],
    );
  }

  @Poll({ every: ({ MAINTENANCE_INTERVAL_MS }) => MAINTENANCE_INTERVAL_MS })
  async run(): Promise<PollResult> {
    const rescued = await this.repository.rescue(LOOKED_AT_ONCE, LOST_LEASE_LIMIT, this.repeatable);
    const { looked, requeued, dead, unknown } = rescued;
    if (requeued + dead + unknown > 0) this.logger.warn('leases of lost workers ended', { requeued, dead, unknown });
    return polled(looked, LOOKED_AT_ONCE);
  }
}
