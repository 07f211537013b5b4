/** For how long lines that say the same are only counted, in ms. */
const WINDOW_MS = 10_000;

/** Beyond so many different ones at once, each is written. */
const MAX_KINDS = 1_000;

interface Kind {
  count: number;
  timer: NodeJS.Timeout;
}

/**
 * Lets the first of many equal errors be written, and then a count every ten seconds: while a server is away, each
 * round and each request fails in the same way, and a line for each would bury what else happens.
 */
export class RepeatedErrors {
  private readonly kinds = new Map<string, Kind>();

  /**
   * @param kind what makes two lines equal
   * @param write the line, with how many were counted since the last one; called later, not now
   * @returns whether the line is to be written now
   */
  isFirst(kind: string, write: (repeated: number) => void): boolean {
    const known = this.kinds.get(kind);
    if (known) {
      known.count += 1;
      return false;
    }
    if (this.kinds.size >= MAX_KINDS) return true;
    const timer = setInterval(() => this.tell(kind, write), WINDOW_MS).unref();
    this.kinds.set(kind, { count: 0, timer });
    return true;
  }

  private tell(kind: string, write: (repeated: number) => void): void {
    const known = this.kinds.get(kind);
    if (!known) return;
    if (known.count > 0) write(known.count);
    else {
      clearInterval(known.timer);
      this.kinds.delete(kind);
    }
    known.count = 0;
  }
}
