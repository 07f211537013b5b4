import type { LimitedConnection } from '@outbell/limits/message-levels.js';
import type { Evidence } from '@outbell/providers/callback.js';
import type { Outgoing, Provider } from '@outbell/providers/provider.js';
import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';
import type { ConnectionBreaker } from './connection-breaker.js';
import type { DeliveryMetrics } from './delivery-metrics.js';
import { PlaceLine } from './place-line.js';
import { VendorRest } from './vendor-rest.js';

/** When who was sent back by a busy vendor comes again: as soon as there should be a place, between these, in ms. */
const SOONEST_MS = 1_000;
const LATEST_MS = 300_000;

/** How much the newest call says about the next one's duration. */
const WEIGHT = 0.1;

/** What tells a connection from others, and what a message has to know of it. */
export interface ConnectionIdentity {
  provider: string;
  /** Both null for test mode's. */
  connectionId: string | null;
  version: number | null;
  /** For how long its vendor takes a repeat under a message's key once, in ms; null: it never does. */
  repeatableForMs: number | null;
  /** What its vendor takes in a time (`5/min`); empty: as much as it is given. */
  rateLimits: string;
}

/** A connection in use: its vendor's client, called as many times at once as the vendor likes, for the urgent messages first. */
export class OpenConnection {
  private readonly line: PlaceLine;
  /** When its vendor has had too much. */
  readonly rest = new VendorRest();
  private draining = false;
  /** Of recent calls; 0 before the first has ended. */
  private averageCallMs = 0;
  /** `performance.now()` at which the last one sent back comes again. */
  private lastReturn = 0;

  constructor(
    private readonly identity: ConnectionIdentity,
    private readonly client: Provider,
    private readonly concurrency: number,
    /** How long a message waits for a place before it goes back to the queue: well below its lease. */
    private readonly patienceMs: number,
    readonly breaker: ConnectionBreaker,
    private readonly metrics: DeliveryMetrics,
  ) {
    this.line = new PlaceLine(concurrency);
  }

  get provider(): string {
    return this.identity.provider;
  }

  /** `broken`: its circuit breaker is open; `resting`: its vendor has had too much. */
  get state(): 'up' | 'broken' | 'resting' {
    if (this.breaker.isDown) return 'broken';
    return this.rest.isOn() ? 'resting' : 'up';
  }

  get connectionId(): string | null {
    return this.identity.connectionId;
  }

  get version(): number | null {
    return this.identity.version;
  }

  /** As a thing under limits, where it has any. */
  get limited(): LimitedConnection | undefined {
    const { connectionId: id, rateLimits: limits } = this.identity;
    return limits === '' || id === null ? undefined : { id, limits };
  }

  /** For how long still the vendor takes a repeat of a call that may have sent a message once, in ms; null: it never does. */
  repeatForMs(maybeSentMsAgo: number): number | null {
    const { repeatableForMs } = this.identity;
    return repeatableForMs === null ? null : repeatableForMs - maybeSentMsAgo;
  }

  /**
   * Places at the vendor for some messages, as many at a time as are free. Ends with the last one, or early: when there is no hope of more
   * in time, time is up, or the vendor rests.
   *
   * @param rank PRIORITY_RANK of the messages
   * @returns numbers of places; each place must be left by a `leave()`
   */
  async *places(rank: number, wanted: number): AsyncGenerator<number> {
    const until = performance.now() + this.patienceMs;
    let left = Math.min(wanted, this.hopeful);
    while (left > 0 && !this.rest.isOn()) {
      const given = await this.line.take(rank, left, until);
      if (given === 0) return;
      if (this.rest.isOn()) {
        this.giveBack(given);
        return;
      }
      left -= given;
      yield given;
    }
  }

  /** What becomes of a message that got no place. @param rank PRIORITY_RANK of it */
  sendBack(rank: number): Outcome {
    if (this.draining) return { kind: 'deferred', reason: 'connection_closing', afterMs: 0 };
    if (!this.rest.isOn()) return { kind: 'deferred', reason: 'vendor_busy', afterMs: this.nextReturn() };
    const afterMs = this.rest.returnAfterMs(rank);
    return { kind: 'deferred', reason: 'vendor_resting', afterMs, slotGraceMs: SLOT_GRACE_MS };
  }

  leave(): void {
    this.line.leave();
  }

  /** One call to the vendor; none while it is out of order. */
  send(outgoing: Outgoing): Promise<Outcome> {
    return this.breaker.run(() => this.call(outgoing));
  }

  private async call(outgoing: Outgoing): Promise<Outcome> {
    const began = performance.now();
    try {
      const outcome = await this.client.send(outgoing);
      this.rest.heard(outcome);
      this.metrics.answered(outgoing.channel, this.provider, outcome.kind);
      return outcome;
    } finally {
      this.measured(outgoing, performance.now() - began);
    }
  }

  /** Whether the vendor can be asked what became of a message. */
  get looksUp(): boolean {
    return this.client.lookUp !== undefined;
  }

  /** What the vendor knows of a message; null: nothing (yet). */
  async lookUp(providerMessageId: string): Promise<Evidence | null> {
    return (await this.client.lookUp?.(providerMessageId)) ?? null;
  }

  /** From now on who waits for a place is sent back, and who comes. */
  drain(): void {
    this.draining = true;
    this.line.close();
  }

  /** Resolves when the last place has been left. */
  async close(): Promise<void> {
    this.drain();
    await this.line.emptied();
    await this.client.close();
  }

  /** How many more may wait for a place with the hope of getting it in time; the first always may. */
  private get hopeful(): number {
    return this.pace === 0 ? Infinity : Math.max(1, Math.floor(this.patienceMs / this.pace) - this.line.waiting);
  }

  private giveBack(places: number): void {
    for (let place = 0; place < places; place++) this.leave();
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
