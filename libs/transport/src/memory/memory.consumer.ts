import { Consumer, type Subscription } from '../consumer.js';
import { retryDelay, TRIES } from '../retries.js';
import type { Verdict } from '../verdict.js';
import type { Entry, MemoryBroker } from './memory-broker.js';

/** Takes from a queue of this process. */
export class MemoryConsumer extends Consumer {
  private free: number;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly broker: MemoryBroker,
    subscription: Subscription,
  ) {
    super(subscription);
    this.free = subscription.concurrency;
    this.unsubscribe = broker.subscribe(subscription.topic, () => this.takeNext());
    this.stopped.addEventListener('abort', this.unsubscribe, { once: true });
  }

  protected override close(): Promise<void> {
    return Promise.resolve();
  }

  protected override abandon(): void {
    // There is nobody to let go of.
  }

  private takeNext(): void {
    const { topic, batch } = this.subscription;
    while (this.free > 0 && !this.stopped.aborted) {
      const entries = this.broker.take(topic, batch);
      if (entries.length === 0) return;
      this.free -= 1;
      void this.process(entries).finally(() => {
        this.free += 1;
        this.takeNext();
      });
    }
  }

  private async process(entries: Entry[]): Promise<void> {
    const verdicts = await this.run(entries.map(({ payload }) => payload));
    for (const [index, entry] of entries.entries()) this.decide(entry, verdicts[index] as Verdict);
  }

  private decide(entry: Entry, verdict: Verdict): void {
    const tries = entry.tries + 1;
    if (verdict === 'ack' || 'dead' in verdict || tries >= TRIES || this.stopped.aborted) {
      entry.decide(verdict);
      return;
    }
    const afterMs = ('retry' in verdict ? verdict.afterMs : undefined) ?? retryDelay(tries);
    const again = () => this.broker.add(this.subscription.topic, { ...entry, tries });
    setTimeout(again, afterMs).unref();
  }
}
