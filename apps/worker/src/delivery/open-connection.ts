import type { Outgoing, Provider } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import PQueue from 'p-queue';
import type { DeliveryMetrics } from './delivery-metrics.js';

/** A connection in use: its vendor's client, called as many times at once as the vendor likes, the urgent messages first. */
export class OpenConnection {
  private readonly places: PQueue;
  private draining = false;

  constructor(
    readonly provider: string,
    /** Null for test mode's. */
    readonly connectionId: string | null,
    private readonly client: Provider,
    concurrency: number,
    private readonly metrics: DeliveryMetrics,
  ) {
    this.places = new PQueue({ concurrency });
  }

  /**
   * Waits for a free place and makes the call.
   *
   * @param rank PRIORITY_RANK of the message
   * @param callBefore `performance.now()` after which the call must not begin any more
   * @returns `deferred` when its place came too late or the worker is closing: then nothing was called
   */
  async send(outgoing: Outgoing, rank: number, callBefore: number): Promise<Outcome> {
    const outcome = await this.places.add(
      () => {
        if (this.draining) return Promise.resolve(NOT_CALLED);
        if (performance.now() > callBefore) return Promise.resolve(TOO_LATE);
        return this.call(outgoing);
      },
      { priority: -rank },
    );
    return outcome;
  }

  private async call(outgoing: Outgoing): Promise<Outcome> {
    const began = performance.now();
    try {
      return await this.client.send(outgoing);
    } finally {
      this.metrics.called(outgoing.channel, performance.now() - began);
    }
  }

  /** From now on who waits for a place is sent back; who is at the vendor is waited for. */
  drain(): void {
    this.draining = true;
  }

  /** Resolves when the last call has ended. */
  async close(): Promise<void> {
    await this.places.onIdle();
    await this.client.close();
  }
}

const NOT_CALLED: Outcome = { kind: 'deferred', reason: 'worker_closing', afterMs: 0 };
const TOO_LATE: Outcome = { kind: 'deferred', reason: 'vendor_busy', afterMs: 1_000 };
