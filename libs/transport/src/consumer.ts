import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { Topic } from '@outbell/shared/constants/topics.js';
import { inTime } from '@outbell/shared/in-time.js';
import { isHold, type Verdict } from './verdict.js';

/** How long a broker may take to let go of a consumer whose batches are done, in ms. */
const CLOSE_MS = 2_000;

/** How long items are held before they are handed over again: doubled each time, up to the second, in ms. */
const HOLD_MS = [250, 5_000] as const;

/** How long a batch waits for more items, in ms. */
const COLLECT_MS = 10;

/** How much of a topic a process takes. */
export interface Flow {
  /** How many batches are handled at once, at most. */
  concurrency: number;
  /** How many items a batch holds, at most. */
  batch: number;
}

/** A topic, and what is done with its items. */
export interface Subscription extends Flow {
  topic: Topic;
  /** Handles a batch. A verdict for each item, in their order. What it throws is a reason to retry all of them. */
  handle(items: unknown[]): Promise<Verdict[]>;
}

/** An item that waits for the batch it will be part of. */
interface Waiting {
  item: unknown;
  readonly decide: (verdict: Verdict) => void;
}

/**
 * One subscription at work. Holds what is the same for every broker: makes batches, bounds how many are under way,
 * holds them while nothing can be done, and ends in order: `stop()` for all consumers, then `drain()`.
 */
export abstract class Consumer {
  protected readonly logger: Logger;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  protected constructor(protected readonly subscription: Subscription) {
    this.logger = new Logger(`Consumer ${subscription.topic}`);
  }

  /** Takes nothing more from the broker from now on. Does not wait, and may be called twice. */
  stop(): void {
    this.stopping.abort();
  }

  /** Waits for the batches under way, however long they take; for a broker that hangs only shortly. */
  async drain(): Promise<void> {
    this.stop();
    this.flush();
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
    await inTime(this.close(), CLOSE_MS).catch(() => {
      this.logger.warn('the queue does not answer; what it counts as ours is given to others later');
      this.abandon();
    });
  }

  /** Aborts when nothing more is to be taken. */
  protected get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** How many items may be under way at once: what a broker may be asked for in advance. */
  protected get capacity(): number {
    return this.subscription.concurrency * this.subscription.batch;
  }

  /** Hands one item over, together with others that arrive within 10 ms: for brokers that give one at a time. */
  protected collect(item: unknown): Promise<Verdict> {
    return new Promise((decide) => {
      this.waiting.push({ item, decide });
      if (this.waiting.length >= this.subscription.batch || this.stopped.aborted) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), COLLECT_MS);
    });
  }

  /** Hands a batch over. Never throws. @returns a verdict for each item, none of them `hold` */
  protected run(items: unknown[]): Promise<Verdict[]> {
    const handled = this.handle(items);
    this.underWay.add(handled);
    return handled.finally(() => this.underWay.delete(handled));
  }

  /** Resolves when the broker has let go. */
  protected abstract close(): Promise<void>;

  /** Lets go of a broker that does not answer, without waiting for it. */
  protected abstract abandon(): void;

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    void this.run(batch.map(({ item }) => item)).then((verdicts) => {
      for (const [index, { decide }] of batch.entries()) decide(verdicts[index] ?? { retry: 'no_verdict' });
    });
  }

  private async handle(items: unknown[]): Promise<Verdict[]> {
    const verdicts = await this.verdictsOn(items);
    for (let wait: number = HOLD_MS[0]; verdicts.some(isHold); wait = Math.min(wait * 2, HOLD_MS[1])) {
      const held = [...verdicts.keys()].filter((index) => isHold(verdicts[index] as Verdict));
      if (this.stopped.aborted) {
        for (const index of held) verdicts[index] = { retry: 'shutting_down' };
        break;
      }
      await pause(wait, undefined, { signal: this.stopped }).catch(() => undefined);
      const again = await this.verdictsOn(held.map((index) => items[index]));
      for (const [place, index] of held.entries()) verdicts[index] = again[place] as Verdict;
    }
    return verdicts;
  }

  private async verdictsOn(items: unknown[]): Promise<Verdict[]> {
    try {
      const verdicts = await this.subscription.handle(items);
      return items.map((_, index) => verdicts[index] ?? { retry: 'no_verdict' });
    } catch (error) {
      this.logger.error('a batch failed', error);
      return items.map(() => ({ retry: 'handler_failed' }));
    }
  }
}
