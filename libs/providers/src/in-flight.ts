/** Calls under way, for `close()` to wait for. */
export class InFlight {
  private readonly calls = new Set<Promise<unknown>>();

  track<T>(call: Promise<T>): Promise<T> {
    this.calls.add(call);
    const done = () => this.calls.delete(call);
    call.then(done, done);
    return call;
  }

  async ended(): Promise<void> {
    while (this.calls.size > 0) await Promise.allSettled(this.calls);
  }
}
