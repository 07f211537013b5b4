import type { Provider } from '@outbell/providers/provider.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionBreaker } from '../routing/connection-breaker.js';
import { DeliveryMetrics } from '../routing/delivery-metrics.js';
import { OpenConnection } from '../routing/open-connection.js';

const CONCURRENCY = 5;
const MESSAGES = 2_000;
/** Batches of one worker at once, in the lanes for what is regular and for backlogs. */
const BATCHES = 8;
const SLOW_MS = 300;
const FAST_MS = 5;
/** What a claim with its steps takes, and until a result is written, in ms. */
const CLAIM_MS = 10;
const SETTLE_MS = 10;
const RANK = PRIORITY_RANK.normal;

/** Its first calls are slow, since it has to wake up; it does not say so. */
class WakingVendor {
  calling = 0;
  called = 0;

  constructor(private readonly slowCalls: number) {}

  async send(): Promise<{ kind: 'sent' }> {
    this.called += 1;
    this.calling += 1;
    await vendorTime(this.called <= this.slowCalls ? SLOW_MS : FAST_MS);
    this.calling -= 1;
    return { kind: 'sent' };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function vendorTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A worker with a backlog of one connection, whose database and queue are plain arrays. */
class Worker {
  readonly vendor: WakingVendor;
  readonly connection: OpenConnection;
  readonly queue = Array.from({ length: MESSAGES }, (_, index) => String(index));
  /** Waiting for a place until a later time. */
  readonly booked: string[] = [];
  claims = 0;
  private readonly batches: Promise<void>[] = [];

  constructor(slowCalls: number) {
    this.vendor = new WakingVendor(slowCalls);
    const identity = { provider: 'waking', connectionId: 'c', version: 1, repeatableForMs: null, rateLimits: '' };
    this.connection = new OpenConnection(
      identity,
      this.vendor as unknown as Provider,
      { places: CONCURRENCY, patienceMs: 2_000 },
      new ConnectionBreaker(5, 5_000),
      new DeliveryMetrics(new Metrics()),
      { lagMs: () => 0, bringForward: (_, room) => this.draw(room) },
    );
    for (let lane = 0; lane < BATCHES; lane += 1) this.batches.push(this.takeBatches());
  }

  get sent(): number {
    return this.vendor.called - this.vendor.calling;
  }

  private async takeBatches(): Promise<void> {
    while (this.queue.length > 0) await this.run(this.queue.splice(0, 100));
  }

  private async draw(room: number): Promise<boolean> {
    const drawn = this.booked.splice(0, room);
    if (drawn.length > 0) void (await this.start(drawn)).handedOver;
    return drawn.length === room;
  }

  private async run(ids: string[]): Promise<void> {
    const room = this.connection.capacityFor(RANK);
    const kept = ids.slice(room);
    if (kept.length > 0) {
      await vendorTime(CLAIM_MS);
      this.booked.push(...kept);
      this.connection.noteDeferred(kept.length);
    }
    if (room > 0) await (await this.start(ids.slice(0, room))).handedOver;
  }

  private async start(ids: string[]): Promise<{ handedOver: Promise<void> }> {
    await vendorTime(CLAIM_MS);
    this.claims += ids.length;
    const admitted = this.connection.admit(RANK, ids.length);
    this.sendBack(ids.slice(admitted));
    await vendorTime(CLAIM_MS);
    this.connection.endAdmission(RANK, admitted);
    return { handedOver: this.handOver(ids.slice(0, admitted)) };
  }

  private async handOver(ids: string[]): Promise<void> {
    let waiting = ids;
    for await (const places of this.connection.acquire(RANK, ids.length)) {
      for (let place = 0; place < places; place += 1) {
        void this.connection.send({ channel: 'email' } as never).finally(() => this.connection.release());
      }
      waiting = waiting.slice(places);
    }
    this.sendBack(waiting);
  }

  private sendBack(ids: string[]): void {
    if (ids.length === 0) return;
    ids.forEach(() => this.connection.deferForCapacity(RANK));
    setTimeout(() => {
      this.booked.push(...ids);
      this.connection.noteDeferred();
    }, SETTLE_MS);
  }
}

describe('messages that are booked for later', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => vi.useRealTimers());

  // The first calls open connections and are not counted; those after them make the vendor look slow.
  it.each([CONCURRENCY, 4 * CONCURRENCY, 10 * CONCURRENCY, 20 * CONCURRENCY])(
    'come as soon as their vendor has places for them, after %i slow calls',
    async (slowCalls) => {
      const worker = new Worker(slowCalls);
      let empty = 0;
      for (let ms = 0; ms < 10_000 && worker.sent < MESSAGES; ms += 1) {
        await vi.advanceTimersByTimeAsync(1);
        if (worker.booked.length > 0 && worker.vendor.called > slowCalls && worker.vendor.calling < CONCURRENCY)
          empty += 1;
      }
      expect(worker.sent).toBe(MESSAGES);
      expect(empty).toBe(0);
      // Each is claimed once more at most: what is known to have no place is not claimed for it.
      expect(worker.claims).toBeLessThanOrEqual(2 * MESSAGES);
    },
  );
});
