import type { LimitedConnection } from '@outbell/limits/message-levels.js';
import type { DeliveryEvent } from '@outbell/providers/callback.js';
import type { Outgoing, Provider } from '@outbell/providers/provider.js';
import { WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';
import type { ConnectionBreaker } from './connection-breaker.js';
import type { DeliveryMetrics } from './delivery-metrics.js';
import { CallPace } from './call-pace.js';
import type { Bounds, ConnectionIdentity, Surroundings } from './connection-surroundings.js';
import { type Semaphore, PrioritySemaphore } from './priority-semaphore.js';
import { ProviderThrottle } from './provider-throttle.js';

/** When who was sent back by a busy vendor comes again: as soon as there should be a place, between these, in ms. */
const SOONEST_MS = 1_000;
const LATEST_MS = 300_000;

/**
 * Booked messages are called for when the line holds no more than so many ms of work, or messages for each place: they
 * are claimed first.
 */
const SHORT_LINE_MS = 100;
const SHORT_LINE = 4;

const ALONE: Surroundings = { lagMs: () => 0 };

/**
 * A connection in use: its vendor's client, called as many times at once as the vendor likes, for the urgent messages
 * first.
 */
export class OpenConnection {
  private readonly semaphore: Semaphore;
  /** When its vendor has had too much. */
  readonly throttle = new ProviderThrottle();
  private draining = false;
  private readonly pace: CallPace;
  /** `performance.now()` at which the last one sent back comes again. */
  private lastDeferredUntil = 0;
  /**
   * Messages that are made ready for it or wait for a place, by rank; also while they stand in no line, for others of
   * their batch are marked.
   */
  private readonly waitingByRank = new Map<number, number>();
  /** There may be messages that wait for a place until a later time. */
  private hasDeferred = false;
  private bringing = false;

  constructor(
    private readonly identity: ConnectionIdentity,
    private readonly client: Provider,
    private readonly bounds: Bounds,
    readonly breaker: ConnectionBreaker,
    private readonly metrics: DeliveryMetrics,
    private readonly surroundings: Surroundings = ALONE,
  ) {
    this.semaphore = typeof bounds.places === 'number' ? new PrioritySemaphore(bounds.places) : bounds.places;
    this.pace = new CallPace(() => this.semaphore.places, surroundings.lagMs);
  }

  /** The part of it that leads to a recipient: all of it, unless recipients name the hosts that are called. */
  forRecipient(recipient: string): OpenConnection {
    return this.part(recipient) ?? this;
  }

  get provider(): string {
    return this.identity.provider;
  }

  /** `broken`: its circuit breaker is open; `throttled`: its vendor has had too much. */
  get state(): 'up' | 'broken' | 'throttled' {
    if (this.breaker.isDown) return 'broken';
    return this.throttle.isActive() ? 'throttled' : 'up';
  }

  get connectionId(): string | null {
    return this.identity.connectionId;
  }

  /** Under which messages that wait for a place here are found again; null: they come when their time has come. */
  get deferralKey(): string | null {
    return this.surroundings.bringForward ? this.identity.connectionId : null;
  }

  get version(): number | null {
    return this.identity.version;
  }

  /** As a thing under limits, where it has any. */
  get limited(): LimitedConnection | undefined {
    const { connectionId: id, rateLimits: limits } = this.identity;
    return limits === '' || id === null ? undefined : { id, limits };
  }

  /**
   * For how long still the vendor takes a repeat of a call that may have sent a message once, in ms; null: it never
   * does.
   */
  repeatForMs(maybeSentMsAgo: number): number | null {
    const { repeatableForMs } = this.identity;
    return repeatableForMs === null ? null : repeatableForMs - maybeSentMsAgo;
  }

  /**
   * Counts how many of some messages are likely to get a place in time; one always is. Until `endAdmission` says that
   * they stand in line or are gone, those that come after them have less capacity.
   *
   * @param rank PRIORITY_RANK of the messages: only what goes before them counts
   */
  admit(rank: number, wanted: number): number {
    const admitted = Math.min(wanted, Math.max(1, this.capacityFor(rank)));
    this.changeWaiting(rank, admitted);
    return admitted;
  }

  endAdmission(rank: number, admitted: number): void {
    this.changeWaiting(rank, -admitted);
  }

  /** Counts how many more messages of a rank may wait for a place and are likely to get it in time. */
  capacityFor(rank = Infinity): number {
    const { perPlaceMs } = this.pace;
    if (perPlaceMs === 0) return Infinity;
    return Math.max(0, Math.floor(this.bounds.patienceMs / perPlaceMs) - this.waitingBefore(rank));
  }

  /** When the next message that is booked for later gets its place, and how much later each one after it, in ms. */
  get queueTime(): { firstMs: number; nextMs: number } {
    return { firstMs: this.afterLastDeferred() - performance.now(), nextMs: this.pace.perPlaceMs };
  }

  /**
   * Places at the vendor for some messages, as many at a time as are free. Ends with the last one, or early: when time
   * is up, or the vendor rests.
   *
   * @param rank PRIORITY_RANK of the messages
   * @returns numbers of places; each has to be given back by `release()`
   */
  async *acquire(rank: number, wanted: number): AsyncGenerator<number> {
    const until = performance.now() + this.bounds.patienceMs;
    let left = wanted;
    this.changeWaiting(rank, left);
    try {
      while (left > 0 && !this.throttle.isActive()) {
        const given = await this.semaphore.acquire(rank, left, until);
        if (given === 0) return;
        if (this.throttle.isActive()) {
          this.giveBack(given);
          return;
        }
        left -= given;
        this.changeWaiting(rank, -given);
        yield given;
      }
    } finally {
      this.changeWaiting(rank, -left);
    }
  }

  /** Decides what becomes of a message that got no place. @param rank PRIORITY_RANK of it */
  deferForCapacity(rank: number): Outcome {
    if (this.draining) return { kind: 'deferred', reason: 'connection_closing', afterMs: 0 };
    if (!this.throttle.isActive()) return { kind: 'deferred', reason: 'vendor_busy', afterMs: this.nextDeferral() };
    const afterMs = this.throttle.returnAfterMs(rank);
    return { kind: 'deferred', reason: 'provider_throttled', afterMs, slotGraceMs: SLOT_GRACE_MS };
  }

  release(): void {
    this.semaphore.release();
    this.bringDeferredForward();
  }

  /**
   * Says that messages wait for a place until a later time. They are called for as soon as one would stand empty.
   *
   * @param added how many were booked since, after the last one
   */
  noteDeferred(added = 0): void {
    this.lastDeferredUntil = Math.min(
      this.afterLastDeferred() + added * this.pace.perPlaceMs,
      performance.now() + LATEST_MS,
    );
    this.hasDeferred = true;
    this.bringDeferredForward();
  }

  /** One call to the vendor; none while it is out of order. */
  send(outgoing: Outgoing): Promise<Outcome> {
    return this.breaker.run(() => this.call(outgoing));
  }

  private async call(outgoing: Outgoing): Promise<Outcome> {
    const end = this.pace.begin();
    try {
      const outcome = await this.client.send(outgoing);
      this.throttle.observe(outcome);
      this.metrics.answered(outgoing.channel, this.provider, outcome.kind);
      return outcome;
    } finally {
      this.metrics.called(outgoing.channel, end());
    }
  }

  /** Tells whether the vendor can be asked what became of a message. */
  get canPollStatus(): boolean {
    return this.client.pollStatus !== undefined;
  }

  /** Asks what the vendor knows of a message; null: nothing (yet). */
  async pollStatus(providerMessageId: string): Promise<DeliveryEvent | null> {
    return (await this.client.pollStatus?.(providerMessageId)) ?? null;
  }

  /** From now on who waits for a place is sent back, and who comes. */
  drain(): void {
    this.draining = true;
    this.semaphore.close();
  }

  /** Resolves when the last place has been left. */
  async close(): Promise<void> {
    this.drain();
    await this.semaphore.drained();
    await this.client.close();
  }

  /** A part of its own that leads to a recipient; undefined: there are no parts. */
  protected part(_recipient: string): OpenConnection | undefined {
    return undefined;
  }

  private changeWaiting(rank: number, more: number): void {
    this.waitingByRank.set(rank, (this.waitingByRank.get(rank) ?? 0) + more);
  }

  /** Counts the messages that go before a newcomer of a rank. */
  private waitingBefore(rank = Infinity): number {
    let count = 0;
    for (const [of, waiting] of this.waitingByRank) if (of <= rank) count += waiting;
    return count;
  }

  /** While a message is booked for later, no place stands empty. */
  private bringDeferredForward(): void {
    const { deferralKey: placeId } = this;
    if (!this.hasDeferred || this.bringing || this.draining || placeId === null || this.throttle.isActive()) return;
    const ahead = this.waitingBefore();
    const capacity = this.capacityFor();
    if (ahead >= this.shortLine || (ahead >= this.semaphore.places && capacity < 1)) return;
    this.hasDeferred = false;
    this.bringing = true;
    const room = Math.min(Math.max(1, capacity), WAKE_UP_SIZE);
    void this.surroundings.bringForward?.(placeId, room).then((more) => this.broughtForward(more));
  }

  /**
   * A line that keeps the places busy until booked messages have been claimed, also when the vendor has just become
   * faster.
   */
  private get shortLine(): number {
    const { perPlaceMs } = this.pace;
    return Math.max(SHORT_LINE * this.semaphore.places, perPlaceMs === 0 ? 0 : SHORT_LINE_MS / perPlaceMs);
  }

  private broughtForward(more: boolean): void {
    this.bringing = false;
    if (more) this.hasDeferred = true;
    else if (!this.hasDeferred) this.lastDeferredUntil = 0;
    this.bringDeferredForward();
  }

  private giveBack(places: number): void {
    for (let place = 0; place < places; place++) this.release();
  }

  /**
   * Those sent back return one after the other, as fast as the vendor takes them: not all in one moment, to be sent
   * back again.
   */
  private nextDeferral(): number {
    const now = performance.now();
    this.lastDeferredUntil = Math.min(this.afterLastDeferred() + this.pace.perPlaceMs, now + LATEST_MS);
    return this.lastDeferredUntil - now;
  }

  /** `performance.now()` after which the next one that is sent back may come again. */
  private afterLastDeferred(): number {
    return Math.max(this.lastDeferredUntil, performance.now() + SOONEST_MS);
  }
}
