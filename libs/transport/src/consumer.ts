import { Logger } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, queueName } from '@outbell/shared/constants/queues.js';
import { inTime } from '@outbell/shared/in-time.js';

/** How long a broker may take to let go of a consumer whose wake-ups are done, in ms. */
const CLOSE_MS = 2_000;

/** A lane of a channel, and what is done with its wake-ups. */
export interface Subscription {
  channel: Channel;
  lane: Lane;
  /** How many wake-ups are handled at once, at most. */
  concurrency: number;
  /**
   * Handles one wake-up. What it throws is logged, and the wake-up is over all the same: dispatch repeats what led to
   * nothing.
   */
  handle(ids: string[]): Promise<void>;
}

/**
 * One subscription at work. Holds what is the same for every broker: counts what is under way, logs what fails, and
 * ends in order: `stop()` for all consumers, then `drain()`.
 */
export abstract class Consumer {
  protected readonly logger: Logger;
  private readonly underWay = new Set<Promise<void>>();

  protected constructor(protected readonly subscription: Subscription) {
    this.logger = new Logger(`Consumer ${this.topic}`);
  }

  /** The name of its lane at the broker. */
  get topic(): string {
    return queueName(this.subscription.channel, this.subscription.lane);
  }

  /** Takes no further wake-up from now on. Does not wait, and may be called twice. */
  abstract stop(): void;

  /** Waits for the wake-ups under way, however long they take; for a broker that hangs only shortly. */
  async drain(): Promise<void> {
    this.stop();
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
    await inTime(this.close(), CLOSE_MS).catch(() => {
      this.logger.warn('the queue does not answer; what it counts as ours is given to others later');
      this.abandon();
    });
  }

  /** Handles one wake-up: called by the driver for each that arrives. */
  protected async run(ids: string[]): Promise<void> {
    const handled = this.handle(ids);
    this.underWay.add(handled);
    await handled.finally(() => this.underWay.delete(handled));
  }

  /** Resolves when the broker has let go. */
  protected abstract close(): Promise<void>;

  /** Lets go of a broker that does not answer, without waiting for it. */
  protected abstract abandon(): void;

  private async handle(ids: string[]): Promise<void> {
    try {
      await this.subscription.handle(ids);
    } catch (error) {
      this.logger.error('a batch failed; its messages come up again', error);
    }
  }
}
