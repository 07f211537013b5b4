/** Lets a few pass at a time; the others wait, first come, first served. */
export class Turnstile {
  private readonly waiting: (() => void)[] = [];

  /** @param free how many pass at a time */
  constructor(private free: number) {}

  /** Does the work when its turn has come. @throws what the work throws */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
