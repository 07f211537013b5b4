import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PROCESS_NAME } from '@outbell/shared/process-name.js';
import { chunk } from '@outbell/shared/grouping.js';
import { Consumer, type Subscription } from '../consumer.js';
import { TRIES } from '../retries.js';
import type { Verdict } from '../verdict.js';
import { readEntry, type StreamEntry } from './stream-entry.js';
import type { StreamGroup } from './stream-group.js';

/** Times of a consumer, in ms. */
export interface StreamTimes {
  /** After how long of silence an entry is taken from who holds it; so long a failed one waits, too. */
  claimAfterMs: number;
  /** How often what is in hand is refreshed, the lost is claimed and the done is trimmed. */
  keepEveryMs: number;
}

export const TIMES: StreamTimes = { claimAfterMs: 30_000, keepEveryMs: 10_000 };

/** How long a consumer waits after a fault at the broker, in ms. */
const FAULT_PAUSE_MS = 1_000;

/** After how long a consumer that is gone is forgotten, in ms. */
const FORGET_AFTER_MS = 3_600_000;

/** Reads one stream in the consumer group of all workers. */
export class RedisStreamsConsumer extends Consumer {
  private readonly name = `${PROCESS_NAME}-${process.pid}-${randomBytes(4).toString('hex')}`;
  private readonly inHand = new Set<string>();
  private readonly ended: Promise<unknown>;
  private broken = '';
  private freed: (() => void) | undefined;

  /** @param reader a connection of its own: it blocks */
  constructor(
    private readonly group: StreamGroup,
    private readonly reader: Redis,
    subscription: Subscription,
    private readonly times: StreamTimes,
  ) {
    super(subscription);
    this.ended = Promise.all([this.untilStopped(() => this.readOnce()), this.untilStopped(() => this.keep())]);
  }

  override stop(): void {
    super.stop();
    this.freed?.();
  }

  protected override async close(): Promise<void> {
    await this.ended;
    this.reader.disconnect();
  }

  protected override abandon(): void {
    this.reader.disconnect();
  }

  private async untilStopped(step: () => Promise<void>): Promise<void> {
    while (!this.stopped.aborted) {
      try {
        await step();
        this.broken = '';
      } catch (error) {
        await this.mend(error);
      }
    }
  }

  /** A stream that was deleted is made again; anything else is told once, and tried again in a second. */
  private async mend(error: unknown): Promise<void> {
    const words = String(error);
    if (/NOGROUP|UNBLOCKED|no such key/i.test(words)) return this.group.ensure().catch(() => undefined);
    if (this.broken !== words) this.logger.warn('the stream cannot be read', error);
    this.broken = words;
    await pause(FAULT_PAUSE_MS, undefined, { signal: this.stopped }).catch(() => undefined);
  }

  private async readOnce(): Promise<void> {
    const room = this.capacity - this.inHand.size;
    if (room <= 0) return new Promise((resolve) => (this.freed = resolve));
    const entries = await this.group.read(this.reader, this.name, room);
    this.process(entries.map(readEntry));
  }

  /** Once in a while: shows that we live, takes over from the dead, and tidies up. */
  private async keep(): Promise<void> {
    await pause(this.times.keepEveryMs, undefined, { signal: this.stopped }).catch(() => undefined);
    if (this.stopped.aborted) return;
    await this.group.refresh(this.name, [...this.inHand]);
    await this.takeOver();
    await this.group.trim();
    await this.group.forgetConsumers(FORGET_AFTER_MS);
  }

  private async takeOver(): Promise<void> {
    const room = this.capacity - this.inHand.size;
    if (room <= 0) return;
    const claimed = await this.group.claim(this.name, this.times.claimAfterMs, room);
    const entries = claimed.map(readEntry).filter(({ id }) => !this.inHand.has(id));
    const deliveries = await this.group.deliveries(entries.map(({ id }) => id));
    const isPoison = ({ id }: StreamEntry) => (deliveries.get(id) ?? 0) > TRIES;
    for (const { id } of entries.filter(isPoison)) await this.group.bury(id, 'too_many_deliveries');
    this.process(entries.filter((entry) => !isPoison(entry)));
  }

  /** What a read brings after the stop stays pending, and is claimed by others. */
  private process(entries: StreamEntry[]): void {
    if (this.stopped.aborted) return;
    for (const { id } of entries) this.inHand.add(id);
    for (const batch of chunk(entries, this.subscription.batch)) void this.processBatch(batch);
  }

  private async processBatch(batch: StreamEntry[]): Promise<void> {
    const readable = batch.filter(({ unreadable }) => unreadable === undefined);
    const verdicts = await this.run(readable.map(({ payload }) => payload));
    const verdictOf = new Map(readable.map(({ id }, index) => [id, verdicts[index] as Verdict]));
    try {
      await this.settle(batch.map(({ id, unreadable = '' }) => [id, verdictOf.get(id) ?? { dead: unreadable }]));
    } catch (error) {
      this.logger.warn('not acknowledged; it is delivered again', error);
    } finally {
      for (const { id } of batch) this.inHand.delete(id);
      this.freed?.();
    }
  }

  /** One to be retried stays pending: whoever looks next after `claimAfterMs` takes it. */
  private async settle(decided: [id: string, verdict: Verdict][]): Promise<void> {
    await this.group.acknowledge(decided.filter(([, verdict]) => verdict === 'ack').map(([id]) => id));
    for (const [id, verdict] of decided) {
      if (typeof verdict === 'object' && 'dead' in verdict) await this.group.bury(id, verdict.dead);
    }
  }
}
