import { Injectable, Logger } from '@nestjs/common';
import { isStatementFault } from '@outbell/persistence/statements.js';
import { DeliveryRepository, type Settlement } from '@outbell/persistence/repositories/delivery.repository.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import DataLoader from 'dataloader';
import { setTimeout as wait } from 'node:timers/promises';
import { DeliveryMetrics } from './delivery-metrics.js';
import type { Delivery, Marked } from './delivery.js';
import { settlement } from './settlement.js';

/** Results that arrive within this time share a statement, in ms. */
const MOMENT_MS = 5;
const STATEMENT_SIZE = 200;
/** Between two tries while the database is away, in ms. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** What came of writing a result. */
type Written = 'recorded' | 'in_other_hands' | 'refused';

/**
 * Writes down what became of messages, many in one statement, as the results arrive. Does not give up while the process lives: what a
 * vendor answered must not be lost because the database was away for a minute.
 */
@Injectable()
export class OutcomeRecorder {
  private readonly logger = new Logger(OutcomeRecorder.name);
  private readonly policy: RetryPolicy;
  private readonly moment = new DataLoader<Settlement, Written>((settlements) => this.write([...settlements]), {
    cache: false,
    maxBatchSize: STATEMENT_SIZE,
    batchScheduleFn: (write) => setTimeout(write, MOMENT_MS),
  });

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly metrics: DeliveryMetrics,
    config: Config,
  ) {
    const { RETRY_ATTEMPTS, RETRY_DELAY_MS, RETRY_FACTOR, RETRY_MAX_DELAY_MS } = config.values;
    this.policy = {
      attempts: RETRY_ATTEMPTS,
      delayMs: RETRY_DELAY_MS,
      factor: RETRY_FACTOR,
      maxDelayMs: RETRY_MAX_DELAY_MS,
    };
  }

  /** Resolves when it is written, or when the message turned out to have passed into other hands. */
  async record(delivery: Delivery | Marked, outcome: Outcome): Promise<void> {
    const { id, tenantId, channel } = delivery.message;
    const settled = settlement(delivery, outcome, this.policy);
    const ids = { messageId: id, tenantId };
    const written = await this.moment.load(settled);
    if (written === 'recorded') {
      this.metrics.settled(channel, settled.event ?? 'deferred');
      const { event, reason, attempt } = settled;
      // What went well is counted, and in the message's timeline: a line for each would cost as much as its delivery.
      if (event && event !== 'sent') this.logger.log('message settled', { ...ids, channel, event, reason, attempt });
    } else if (written === 'in_other_hands') {
      this.logger.warn('result not recorded: the message is in other hands', { ...ids, outcome: outcome.kind });
    }
  }

  private async write(settlements: Settlement[]): Promise<Written[]> {
    for (let pause = FIRST_WAIT_MS; ; pause = Math.min(pause * 2, LONGEST_WAIT_MS)) {
      try {
        const recorded = await this.repository.settle(settlements);
        return settlements.map(({ id }) => (recorded.has(id) ? 'recorded' : 'in_other_hands'));
      } catch (error) {
        if (isStatementFault(error)) return this.writeEach(settlements, error);
        this.logger.error('results cannot be written; trying again', { count: settlements.length }, error);
        await wait(pause);
      }
    }
  }

  /** One result that the database refuses (a bug) must not take the others with it: that message alone waits for its lease to end. */
  private async writeEach(settlements: Settlement[], error: unknown): Promise<Written[]> {
    const [only] = settlements;
    if (settlements.length === 1 && only) {
      this.logger.error('result refused by the database', { messageId: only.id, outcome: only.outcome }, error);
      return ['refused'];
    }
    return (await Promise.all(settlements.map((settlement) => this.write([settlement])))).flat();
  }
}
