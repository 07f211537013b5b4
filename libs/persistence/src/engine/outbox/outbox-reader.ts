import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '../polling/poll.decorator.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { type HandedOver, OutboxRepository } from './outbox.repository.js';
import { SubscriberRegistry } from './subscriber-registry.js';

/** How soon an event is heard, at most, in ms: a fallback of what failed is to go within a second or two. */
const LOOK_MS = 500;
const BATCH = 500;

/**
 * Hands the events of messages to the subscribers that listen to them, each by a loop of its own. Any number of workers
 * may do it at once.
 */
@Injectable()
export class OutboxReader {
  private readonly logger = new Logger(OutboxReader.name);

  constructor(
    readonly subscribers: SubscriberRegistry,
    private readonly repository: OutboxRepository,
    private readonly metrics: OutboxMetrics,
  ) {}

  /** Hands one batch over. */
  @Poll({ every: LOOK_MS, forEach: (_, reader) => (reader as OutboxReader).subscribers.names })
  async read(name: string): Promise<PollResult> {
    if (!(await this.repository.hasDue(name))) return polled(0);
    const handedOver = await this.repository.handOver(this.subscribers.get(name), BATCH);
    this.metrics.count(name, handedOver);
    this.log(name, handedOver);
    return polled(handedOver.taken, BATCH);
  }

  private log(subscriber: string, { failed, setAside }: HandedOver): void {
    const [first] = failed;
    if (!first) return;
    const { tenantId, messageId, type } = first.item;
    const context = { subscriber, failed: failed.length, setAside, tenantId, messageId, type };
    this.logger.error('a subscriber failed at events; they are put off, or set aside', context, first.error);
  }
}
