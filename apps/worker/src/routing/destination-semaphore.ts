import { isConnectionFault } from '@outbell/planning/connection-fault.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { type Semaphore, PrioritySemaphore } from './priority-semaphore.js';

/** Places of a host that has shown nothing yet, or is slow. */
const GUEST_PLACES = 2;

/** A host whose calls take longer than this on average is slow, in ms. */
const SLOW_MS = 2_000;

/** How much the newest call says about the average. */
const WEIGHT = 0.1;

/** The places of a connection that all hosts share. */
export class SharedSemaphore {
  readonly all: PrioritySemaphore;
  /** Of these, what hosts have together that have shown nothing yet, or are slow. */
  readonly guests: PrioritySemaphore;
  /** What one host may have of them. */
  readonly share: number;

  constructor(places: number) {
    this.share = Math.ceil(places / 2);
    this.all = new PrioritySemaphore(places);
    this.guests = new PrioritySemaphore(this.share);
  }

  close(): void {
    this.all.close();
    this.guests.close();
  }
}

/**
 * The line before one host's places among those of a connection whose recipients name the hosts. However many of them
 * are slow or answer nothing, half of the places is left to those that answer.
 */
export class DestinationSemaphore implements Semaphore {
  private readonly asKnown: PrioritySemaphore;
  private readonly asGuest = new PrioritySemaphore(GUEST_PLACES);
  /** Taken as a guest, and not left yet. */
  private guests = 0;
  private known = false;
  private averageMs = 0;

  constructor(private readonly shared: SharedSemaphore) {
    this.asKnown = new PrioritySemaphore(shared.share);
  }

  get places(): number {
    return this.known ? this.shared.share : GUEST_PLACES;
  }

  /** Notes what came of a call, and how long it took. */
  observe(outcome: Outcome, milliseconds: number): void {
    // For what is deferred nobody was called.
    if (outcome.kind === 'deferred') return;
    this.averageMs += (milliseconds - this.averageMs) * (this.averageMs === 0 ? 1 : WEIGHT);
    this.known = this.averageMs < SLOW_MS && !isConnectionFault(outcome);
  }

  async acquire(rank: number, wanted: number, until: number): Promise<number> {
    const isGuest = !this.known;
    const held: PrioritySemaphore[] = [];
    let given = wanted;
    for (const line of this.linesOf(isGuest)) {
      const got = await line.acquire(rank, given, until);
      leave(held, given - got);
      if (got === 0) return 0;
      given = got;
      held.push(line);
    }
    if (isGuest) this.guests += given;
    return given;
  }

  release(): void {
    const isGuest = this.guests > 0;
    if (isGuest) this.guests -= 1;
    leave(this.linesOf(isGuest), 1);
  }

  close(): void {
    this.asKnown.close();
    this.asGuest.close();
  }

  async drained(): Promise<void> {
    await Promise.all([this.asKnown.drained(), this.asGuest.drained()]);
  }

  private linesOf(isGuest: boolean): PrioritySemaphore[] {
    const { all, guests } = this.shared;
    return isGuest ? [this.asGuest, guests, all] : [this.asKnown, all];
  }
}

function leave(lines: readonly PrioritySemaphore[], places: number): void {
  for (const line of lines) for (let place = 0; place < places; place++) line.release();
}
