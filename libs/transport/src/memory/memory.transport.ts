import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { deliveryTopic, type NotificationTopic, type Topic } from '@outbell/shared/constants/topics.js';
import { Transport, type WakeUp } from '../transport.js';
import type { Verdict } from '../verdict.js';
import type { MemoryBroker } from './memory-broker.js';

/**
 * Carries wake-ups and events within one process. Nothing waits here that nobody takes: a topic without a consumer is
 * full, and dispatch finds its messages in a process that delivers.
 */
export class MemoryTransport extends Transport {
  constructor(private readonly broker: MemoryBroker) {
    super();
  }

  /** @throws when nobody in this process takes one of them */
  override async publish(wakeUps: WakeUp[]): Promise<void> {
    for (const { channel, lane, priority, ids } of wakeUps) {
      const topic = deliveryTopic(channel, lane);
      if (!this.broker.isConsumed(topic)) throw new Error(`nobody in this process takes ${topic}`);
      const entry = { payload: { ids }, rank: PRIORITY_RANK[priority], tries: 0, decide: () => undefined };
      this.broker.add(topic, entry);
    }
  }

  /**
   * Memory keeps nothing: it resolves when all events have been handled.
   *
   * @throws when nobody in this process takes them, or one could not be handled
   */
  override async emit(topic: NotificationTopic, events: readonly unknown[]): Promise<void> {
    if (!this.broker.isConsumed(topic)) throw new Error(`nobody in this process takes ${topic}`);
    const verdicts = await Promise.all(
      events.map(
        (payload) => new Promise<Verdict>((decide) => this.broker.add(topic, { payload, rank: 0, tries: 0, decide })),
      ),
    );
    const refused = verdicts.find((verdict) => verdict !== 'ack');
    if (refused) throw new Error(`not taken: ${Object.values(refused).join(' ')}`);
  }

  override depth(topic: Topic): Promise<number> {
    return Promise.resolve(this.broker.isConsumed(topic) ? this.broker.depth(topic) : Infinity);
  }

  override ping(): Promise<void> {
    return Promise.resolve();
  }
}
