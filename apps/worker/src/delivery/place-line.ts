interface Waiter {
  answer: (given: boolean) => void;
  /** `performance.now()` at which its patience ends. */
  until: number;
}

/**
 * A number of places, and the line before them. The urgent go first, and among equals who came first. Nobody waits longer than
 * `patienceMs`: who has not got a place by then is sent back, so that one slow vendor does not fill the worker with those who wait
 * for it.
 */
export class PlaceLine {
  private taken = 0;
  private closed = false;
  private sweeping = false;
  /** By rank, each first in first out. */
  private readonly lines = new Map<number, Waiter[]>();

  constructor(
    private readonly places: number,
    private readonly patienceMs: number,
  ) {}

  /** How many stand in line. */
  get waiting(): number {
    let count = 0;
    for (const line of this.lines.values()) count += line.length;
    return count;
  }

  /**
   * @param rank the lower goes first
   * @returns whether a place was given; whoever got one must `leave()`
   */
  take(rank: number): Promise<boolean> {
    if (this.closed) return Promise.resolve(false);
    if (this.taken < this.places) {
      this.taken += 1;
      return Promise.resolve(true);
    }
    return new Promise((answer) => {
      const line = this.lines.get(rank) ?? [];
      this.lines.set(rank, line);
      line.push({ answer, until: performance.now() + this.patienceMs });
      this.sweepLater(this.patienceMs);
    });
  }

  leave(): void {
    const next = this.first()?.shift();
    if (next) next.answer(true);
    else this.taken -= 1;
  }

  /** Sends everybody back who waits, and whoever comes. */
  close(): void {
    this.closed = true;
    for (const line of this.lines.values()) for (const waiter of line.splice(0)) waiter.answer(false);
  }

  /** The line whose turn it is. */
  private first(): Waiter[] | undefined {
    let best: number | undefined;
    for (const [rank, line] of this.lines) if (line.length > 0 && (best === undefined || rank < best)) best = rank;
    return best === undefined ? undefined : this.lines.get(best);
  }

  private sweepLater(ms: number): void {
    if (this.sweeping) return;
    this.sweeping = true;
    setTimeout(() => {
      this.sweeping = false;
      this.sweep(performance.now());
    }, ms).unref();
  }

  private sweep(now: number): void {
    let soonest = Infinity;
    for (const line of this.lines.values()) {
      while (line[0] && line[0].until <= now) line.shift()?.answer(false);
      if (line[0]) soonest = Math.min(soonest, line[0].until);
    }
    if (soonest < Infinity) this.sweepLater(Math.max(1, soonest - now));
  }
}
