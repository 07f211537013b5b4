/** How often it is looked whether timers come late, in ms. */
const TICK_MS = 20;

/**
 * For how long this process has kept its own timers waiting, summed up since the start, in ms. What a call took less
 * what was added meanwhile is what its vendor took: the rest was ours.
 */
export class LoopLag {
  private sum = 0;
  private expected = performance.now() + TICK_MS;
  private readonly timer = setInterval(() => this.tick(), TICK_MS).unref();

  get totalMs(): number {
    return this.sum;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = performance.now();
    this.sum += Math.max(0, now - this.expected);
    this.expected = now + TICK_MS;
  }
}
