/** How much the newest call says about the next one's duration. */
const WEIGHT = 0.1;

/** After so long without a call a client may have to connect again, in ms. */
const IDLE_MS = 10_000;

/**
 * Measures how fast a vendor takes messages, from how long its calls took. The first call on each of its connections is
 * not counted: it opens the connection. Nor is the time in which our own process was busy with other things.
 */
export class CallPace {
  private averageMs = 0;
  /** Calls that may still open a connection. */
  private opening: number;
  private lastEnd = -Infinity;

  /**
   * @param concurrency calls at once
   * @param lagMs total time in which this process has kept its timers waiting
   */
  constructor(
    private readonly concurrency: () => number,
    private readonly lagMs: () => number,
  ) {
    this.opening = concurrency();
  }

  /** A place comes free about every so many ms; 0: not known yet. */
  get perPlaceMs(): number {
    return this.averageMs / this.concurrency();
  }

  /** Begins to measure a call. @returns what ends it, and gives its whole duration in ms */
  begin(): () => number {
    const began = performance.now();
    const lag = this.lagMs();
    if (began - this.lastEnd > IDLE_MS) this.opening = this.concurrency();
    const opens = this.opening > 0;
    if (opens) this.opening -= 1;
    return () => {
      const now = performance.now();
      this.lastEnd = now;
      if (!opens) this.measured(Math.max(0, now - began - (this.lagMs() - lag)));
      return now - began;
    };
  }

  private measured(ms: number): void {
    this.averageMs += (ms - this.averageMs) * (this.averageMs === 0 ? 1 : WEIGHT);
  }
}
