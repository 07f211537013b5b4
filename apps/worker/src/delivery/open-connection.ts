import type { Outgoing, Provider } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { DeliveryMetrics } from './delivery-metrics.js';
import { PlaceLine } from './place-line.js';

/** How long a message waits for a place at its vendor before it goes back to the queue, in ms. */
const PATIENCE_MS = 2_000;

/** When who was sent back by a busy vendor comes again, in ms; spread over as much again. */
const BUSY_MS = 5_000;

/** A connection in use: its vendor's client, called as many times at once as the vendor likes, for the urgent messages first. */
export class OpenConnection {
  private readonly line: PlaceLine;
  private readonly inFlight = new Set<Promise<unknown>>();
  private draining = false;

  constructor(
    readonly provider: string,
    /** Null for test mode's. */
    readonly connectionId: string | null,
    private readonly client: Provider,
    concurrency: number,
    private readonly metrics: DeliveryMetrics,
  ) {
    this.line = new PlaceLine(concurrency, PATIENCE_MS);
  }

  /**
   * Waits for a place at the vendor.
   *
   * @param rank PRIORITY_RANK of the message
   * @returns null with a place, to be left by `leave()`; else why there was none
   */
  async takePlace(rank: number): Promise<Outcome | null> {
    if (await this.line.take(rank)) return null;
    return this.draining
      ? { kind: 'deferred', reason: 'connection_closing', afterMs: 0 }
      : { kind: 'deferred', reason: 'vendor_busy', afterMs: BUSY_MS * (1 + Math.random()) };
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
      this.metrics.called(outgoing.channel, performance.now() - began);
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
}
