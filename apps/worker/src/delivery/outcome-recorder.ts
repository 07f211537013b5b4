import { Injectable, Logger } from '@nestjs/common';
import { isPassing } from '@outbell/persistence/database-away.js';
import { DeliveryRepository, type Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { type RetryPolicy, retryPolicyOf } from '@outbell/planning/retry-policy.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { asError } from '@outbell/shared/errors.js';
import { keepTrying } from '@outbell/shared/keep-trying.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import DataLoader from 'dataloader';
import { DeliveryMetrics } from '../routing/delivery-metrics.js';
import type { Delivery, Marked } from './delivery.js';
import { OutcomeCounter } from '../reputation/outcome-counter.js';
import { RecipientNames } from '../delivery-events/recipient-names.js';
import { settlement } from './settlement.js';

/** Results that arrive within this time share a statement, in ms. */
const MOMENT_MS = 5;
const STATEMENT_SIZE = 200;
/** Between two tries while the database is away, in ms. */
const PAUSES = { firstMs: 100, longestMs: 2_000 };

interface Result {
  delivery: Delivery | Marked;
  outcome: Outcome;
}

type Settled = Settlement & Pick<Delivery, 'message'>;

/** Describes what came of writing a result. */
type Written = 'recorded' | 'in_other_hands' | 'refused';

/**
 * Writes down what became of messages, many in one statement, as the results arrive. Does not give up while the process
 * lives: what a vendor answered must not be lost because the database was away for a minute.
 */
@Injectable()
export class OutcomeRecorder {
  private readonly logger = new Logger(OutcomeRecorder.name);
  private readonly policy: RetryPolicy;
  private readonly moment = new DataLoader<Result, void>((results) => this.settle(results), {
    cache: false,
    maxBatchSize: STATEMENT_SIZE,
    batchScheduleFn: (write) => setTimeout(write, MOMENT_MS),
  });

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly metrics: DeliveryMetrics,
    private readonly names: RecipientNames,
    private readonly counts: OutcomeCounter,
    config: Config,
  ) {
    this.policy = retryPolicyOf(config);
  }

  /** Resolves when it is written, or when the message turned out to have passed into other hands. */
  record(delivery: Delivery | Marked, outcome: Outcome): Promise<void> {
    return this.moment.load({ delivery, outcome });
  }

  /**
   * @returns an Error for a result that comes to nothing that could be written (a bug): its message waits for its lease
   * to end
   */
  private async settle(results: readonly Result[]): Promise<(undefined | Error)[]> {
    const failed = new Map<Result, Error>();
    const settlements = results.flatMap((result) => this.settlementOf(result, failed));
    await this.settleSound(
      results.filter((result) => !failed.has(result)),
      settlements,
    );
    return results.map((result) => failed.get(result));
  }

  private settlementOf(result: Result, failed: Map<Result, Error>): Settlement[] {
    try {
      return [settlement(result.delivery, result.outcome, this.policy)];
    } catch (error) {
      failed.set(result, asError(error));
      return [];
    }
  }

  private async settleSound(results: readonly Result[], settlements: Settlement[]): Promise<void> {
    if (results.length === 0) return;
    const written = await this.write(settlements);
    const settled = results.map(({ delivery: { message } }, index) => ({ message, ...at(settlements, index) }));
    const recorded = settled.filter((_, index) => written[index] === 'recorded');
    this.count(recorded);
    for (const each of recorded) this.counts.add(each);
    await this.names.learn(results.filter((_, index) => written[index] === 'recorded'));
    for (const [index, each] of settled.entries()) this.tell(each, at(written, index));
  }

  private count(recorded: Settled[]): void {
    const groups = Map.groupBy(recorded, ({ message, event }) => `${message.channel} ${event ?? 'deferred'}`);
    for (const [key, { length }] of groups) {
      const [channel, event] = key.split(' ') as [Channel, string];
      this.metrics.settled(channel, event, length);
    }
  }

  private tell({ message, event, outcome, reason, attempt }: Settled, written: Written): void {
    const { id: messageId, tenantId, channel } = message;
    if (written === 'in_other_hands')
      this.logger.warn('result not recorded: the message is in other hands', { messageId, tenantId, outcome });
    // What went well is counted, and in the message's timeline: a line for each would cost as much as its delivery.
    else if (written === 'recorded' && event !== null && event !== 'sent')
      this.logger.log('message settled', { messageId, tenantId, channel, event, reason, attempt });
  }

  private async write(settlements: Settlement[]): Promise<Written[]> {
    const failed = (error: unknown) =>
      this.logger.error('results cannot be written; trying again', { count: settlements.length }, error);
    try {
      const recorded = await keepTrying(() => this.repository.settle(settlements), PAUSES, isPassing, failed);
      return settlements.map(({ id }) => (recorded.has(id) ? 'recorded' : 'in_other_hands'));
    } catch (error) {
      return this.writeEach(settlements, error);
    }
  }

  /**
   * One result that cannot be written (a bug) must not take the others with it: that message alone waits for its lease
   * to end.
   */
  private async writeEach(settlements: Settlement[], error: unknown): Promise<Written[]> {
    const [only] = settlements;
    if (settlements.length === 1 && only) {
      this.logger.error('result refused by the database', { messageId: only.id, outcome: only.outcome }, error);
      return ['refused'];
    }
    return (await Promise.all(settlements.map((settlement) => this.write([settlement])))).flat();
  }
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
