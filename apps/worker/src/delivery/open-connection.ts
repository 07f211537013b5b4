import type { Outgoing, Provider } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { DeliveryMetrics } from './delivery-metrics.js';
import { PlaceLine } from './place-line.js';

/** When who was sent back by a busy vendor comes again: as soon as there should be a place, between these, in ms. */
const SOONEST_MS = 1_000;
const LATEST_MS = 300_000;

/** How much the newest call says about the next one's duration. */
const WEIGHT = 0.1;

/** A connection in use: its vendor's client, called as many times at once as the vendor likes, for the urgent messages first. */
export class OpenConnection {
  private readonly line: PlaceLine;
  private readonly inFlight = new Set<Promise<unknown>>();
  private draining = false;
  /** Of recent calls; 0 before the first has ended. */
  private averageCallMs = 0;
  /** `performance.now()` at which the last one sent back comes again. */
  private lastReturn = 0;

  constructor(
    readonly provider: string,
    /** Null for test mode's. */
    readonly connectionId: string | null,
    private readonly client: Provider,
    private readonly concurrency: number,
    /** How long a message waits for a place before it goes back to the queue: well below its lease. */
    private readonly patienceMs: number,
    private readonly metrics: DeliveryMetrics,
  ) {
    this.line = new PlaceLine(concurrency, patienceMs);
  }

  /**
   * Waits for a place at the vendor, unless there is no hope of one in time.
   *
   * @param rank PRIORITY_RANK of the message
   * @returns null with a place, to be left by `leave()`; else why there was none
   */
  async takePlace(rank: number): Promise<Outcome | null> {
    const hopeless = this.line.waiting * this.pace > this.patienceMs;
    if (!hopeless && (await this.line.take(rank))) return null;
    return this.draining
      ? { kind: 'deferred', reason: 'connection_closing', afterMs: 0 }
      : { kind: 'deferred', reason: 'vendor_busy', afterMs: this.nextReturn() };
  }

  leave(): void {
    this.line.leave();
  }

  /** One call to the vendor. */
  async send(outgoing: Outgoing): Promise<Outcome> {
    const began = performance.now();
    const call = this.client.send(outgoing);
    this.inFlight.add(call);
    try {
      return await call;
    } finally {
      this.inFlight.delete(call);
      this.measured(outgoing, performance.now() - began);
    }
  }

  /** From now on who waits for a place is sent back, and who comes. */
  drain(): void {
    this.draining = true;
    this.line.close();
  }

  /** Resolves when the last call has ended. */
  async close(): Promise<void> {
    this.drain();
    await Promise.allSettled(this.inFlight);
    await this.client.close();
  }

  private measured(outgoing: Outgoing, milliseconds: number): void {
    this.metrics.called(outgoing.channel, milliseconds);
    this.averageCallMs += (milliseconds - this.averageCallMs) * (this.averageCallMs === 0 ? 1 : WEIGHT);
  }

  /** A place comes free about every so many milliseconds. */
  private get pace(): number {
    return this.averageCallMs / this.concurrency;
  }

  /** Those sent back return one after the other, as fast as the vendor takes them: not all in one moment, to be sent back again. */
  private nextReturn(): number {
    const now = performance.now();
    this.lastReturn = Math.min(Math.max(this.lastReturn, now + SOONEST_MS) + this.pace, now + LATEST_MS);
    return this.lastReturn - now;
  }
}
