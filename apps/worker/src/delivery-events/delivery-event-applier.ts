import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { OptOutRepository } from '@outbell/persistence/repositories/opt-out.repository.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';

/** Evidence applied in one transaction. */
const AT_ONCE = 200;

/** Does to messages what vendors say of them. Any number of workers may do it at once. */
@Injectable()
export class DeliveryEventApplier {
  private readonly logger = new Logger(DeliveryEventApplier.name);
  private readonly counter: Counter<'result'>;

  constructor(
    private readonly evidence: DeliveryEventRepository,
    optOuts: OptOutRepository,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter('delivery_events_applied_total', 'What vendors told, by what became of it', [
      'result',
    ]);
    metrics.gauge('opt_outs_parked', 'Opt-outs that name nobody, until somebody looks at them', [], async (gauge) => {
      gauge.set(await optOuts.countParked());
    });
  }

  @Poll({ every: ({ DISPATCH_INTERVAL_MS }) => DISPATCH_INTERVAL_MS })
  async apply(): Promise<PollResult> {
    const results = await this.evidence.apply(AT_ONCE);
    for (const [result, count] of Object.entries(results)) this.counter.inc({ result }, count);
    const { applied, unmatched, parked, faulty } = results;
    if (parked > 0) this.logger.warn('opt-outs name nobody: see `outbell opt-out list`', { parked });
    if (faulty > 0) this.logger.warn('what vendors told could not be applied', { faulty });
    return polled(applied + unmatched + parked + faulty, AT_ONCE);
  }
}
