import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { setImmediate as immediate } from 'node:timers/promises';
import { Config } from '../config/config.schema.js';
import { Metrics } from '../metrics/metrics.js';

/** Work after which the event loop has its turn, in ms. */
const SLICE_MS = 10;

/** Between two looks at the clock, in ms. */
const LOOK_MS = 250;

/**
 * Messages that were at work when the loop was blocked, and may be again: so many are remembered, and named in a line.
 */
const MOST_REMEMBERED = 10_000;
const MOST_NAMED = 20;

/** Synchronous steps over what tenants wrote, as the metric names them; `unknown` is all else. */
export type Step = 'render' | 'derive_text' | 'preview' | 'unknown';

/**
 * Shares out the one thread on which all of this process happens. Long work goes in slices, one in a turn of the loop,
 * whoever asks for it; what holds up the loop all the same is counted and named.
 */
@Injectable()
export class EventLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EventLoop.name);
  private readonly blocks;
  private readonly limitMs: number;
  /** Messages at work outside of a step of their own. */
  private readonly underWay = new Set<string>();
  private readonly seen = new LRUCache<string, true>({ max: MOST_REMEMBERED });
  private suspected: (messageIds: string[]) => void = () => undefined;

  private turns: Promise<void> = Promise.resolve();
  private spentMs = 0;
  private lookedAt = 0;
  private toldAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(config: Config, metrics: Metrics) {
    this.limitMs = config.values.EVENT_LOOP_BLOCK_MS;
    this.blocks = metrics.counter(
      'event_loop_blocks_total',
      'Times the process answered nobody for EVENT_LOOP_BLOCK_MS, by the step that held it up',
      ['step'],
    );
  }

  onApplicationBootstrap(): void {
    this.lookedAt = performance.now();
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** @param listener told of messages that held up the loop: alone, or twice among others */
  onBlocked(listener: (messageIds: string[]) => void): void {
    this.suspected = listener;
  }

  /** Tells whether this turn has done enough: what takes time rests first. */
  get isBusy(): boolean {
    return this.spentMs >= SLICE_MS;
  }

  /** Waits for a turn that no other long work has. */
  rest(): Promise<void> {
    this.turns = this.turns.then(async () => {
      await immediate();
      this.spentMs = 0;
    });
    return this.turns;
  }

  /** Does a step in a turn that has time for it. @throws what it throws */
  async inTurn<T>(step: Step, messageId: string | undefined, work: () => T): Promise<T> {
    if (this.isBusy) await this.rest();
    return this.run(step, messageId, work);
  }

  /** Does a step now, and takes its time. @throws what it throws */
  run<T>(step: Step, messageId: string | undefined, work: () => T): T {
    const before = performance.now();
    try {
      return work();
    } finally {
      const ms = performance.now() - before;
      this.spentMs += ms;
      if (ms >= this.limitMs) this.tell(step, ms, messageId === undefined ? [] : [messageId]);
    }
  }

  /** A message is handed to what works on it in steps that are not ours. */
  enter(messageId: string): void {
    this.underWay.add(messageId);
  }

  leave(messageId: string): void {
    this.underWay.delete(messageId);
  }

  /** Late by so much, something held up the loop; what was told since the last look is known. */
  private look(): void {
    const now = performance.now();
    const ms = now - this.lookedAt - LOOK_MS;
    if (ms >= this.limitMs && this.toldAt < this.lookedAt) this.tell('unknown', ms, [...this.underWay]);
    this.lookedAt = now;
  }

  private tell(step: Step, ms: number, messageIds: string[]): void {
    this.toldAt = performance.now();
    this.blocks.inc({ step });
    const named = messageIds.slice(0, MOST_NAMED);
    this.logger.warn('the event loop was blocked', { step, ms: Math.round(ms), messageIds: named });
    const guilty = messageIds.length === 1 ? messageIds : messageIds.filter((id) => this.seen.has(id));
    for (const id of messageIds) this.seen.set(id, true);
    if (guilty.length > 0) this.suspected(guilty);
  }
}
