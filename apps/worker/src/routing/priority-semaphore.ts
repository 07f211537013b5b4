interface Waiter {
  wanted: number;
  /** With how many places it goes on; 0 sends it back. */
  answer: (given: number) => void;
  /** `performance.now()` at which its patience ends. */
  until: number;
}

/** Places, and the line before them. */
export interface Semaphore {
  /** How many may be taken at once. */
  readonly places: number;
  /** @returns how many of those wanted were given; each has to be given back by `release()`. 0: none in time */
  acquire(rank: number, wanted: number, until: number): Promise<number>;
  release(): void;
  /** Sends everybody back who waits, and whoever comes. */
  close(): void;
  /** Resolves when all places have been left. */
  drained(): Promise<void>;
}

/**
 * A number of places, and the line before them. The urgent go first, and among equals who came first. Nobody waits for
 * ever: who has not got a place in time is sent back, so that one slow vendor does not fill the worker with those who
 * wait for it.
 */
export class PrioritySemaphore implements Semaphore {
  private taken = 0;
  private closed = false;
  private sweeping = false;
  /** By rank, each first in first out. */
  private readonly lines = new Map<number, Waiter[]>();
  private readonly awaitingEmpty: (() => void)[] = [];

  constructor(readonly places: number) {}

  /**
   * @param rank the lower goes first
   * @param wanted how many places, at most
   * @param until `performance.now()` at which its patience ends
   * @returns how many were given, as soon as there is one; each has to be given back by `release()`. 0: none in time
   */
  async acquire(rank: number, wanted: number, until: number): Promise<number> {
    if (this.closed) return 0;
    const given = this.takeFree(wanted) || (await this.stand(rank, wanted, until));
    // Others may have come free since the one was given that ended the wait.
    return given === 0 ? 0 : given + this.takeFree(wanted - given);
  }

  release(): void {
    const next = this.first()?.shift();
    if (next) next.answer(1);
    else this.taken -= 1;
    if (this.taken === 0) for (const tell of this.awaitingEmpty.splice(0)) tell();
  }

  /** Sends everybody back who waits, and whoever comes. */
  close(): void {
    this.closed = true;
    for (const line of this.lines.values()) for (const waiter of line.splice(0)) waiter.answer(0);
  }

  /** Resolves when all places have been left. */
  drained(): Promise<void> {
    return this.taken === 0 ? Promise.resolve() : new Promise((resolve) => this.awaitingEmpty.push(resolve));
  }

  /** While anybody waits, none is free. */
  private takeFree(wanted: number): number {
    const given = Math.min(wanted, this.places - this.taken);
    this.taken += given;
    return given;
  }

  private stand(rank: number, wanted: number, until: number): Promise<number> {
    return new Promise((answer) => {
      const line = this.lines.get(rank) ?? [];
      this.lines.set(rank, line);
      line.push({ wanted, answer, until });
      this.sweepAt(until);
    });
  }

  /** The line whose turn it is. */
  private first(): Waiter[] | undefined {
    let best: number | undefined;
    for (const [rank, line] of this.lines) if (line.length > 0 && (best === undefined || rank < best)) best = rank;
    return best === undefined ? undefined : this.lines.get(best);
  }

  private sweepAt(time: number): void {
    if (this.sweeping) return;
    this.sweeping = true;
    const sweep = () => {
      this.sweeping = false;
      this.sweep(performance.now());
    };
    setTimeout(sweep, Math.max(1, time - performance.now())).unref();
  }

  private sweep(now: number): void {
    let soonest = Infinity;
    for (const line of this.lines.values()) {
      while (line[0] && line[0].until <= now) line.shift()?.answer(0);
      if (line[0]) soonest = Math.min(soonest, line[0].until);
    }
    if (soonest < Infinity) this.sweepAt(soonest);
  }
}
