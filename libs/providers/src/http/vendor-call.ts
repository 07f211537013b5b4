import { AsyncLocalStorage } from 'node:async_hooks';
import type http from 'node:http';
import type net from 'node:net';

/** The call a request belongs to, whatever a vendor's SDK does in between. */
const current = new AsyncLocalStorage<VendorCall>();

/**
 * One call to a vendor over HTTP while it is under way, with the one fact that decides what a silence means: as long as
 * none of its requests had a connection to go over, nothing can have been sent.
 */
export class VendorCall {
  private readonly requests = new Set<http.ClientRequest>();
  /** Whether the vendor may have read anything of it. */
  private mayHaveArrived = false;
  private isOver = false;

  /** @param ready the connection is made, and encrypted where it shall be */
  watch(request: http.ClientRequest, ready: (socket: net.Socket) => Promise<unknown>): void {
    this.requests.add(request);
    if (this.isOver) request.destroy(timeoutError());
    request.once('socket', (socket) => {
      void ready(socket).then(
        () => (this.mayHaveArrived = true),
        () => undefined,
      );
    });
    request.once('close', () => this.requests.delete(request));
  }

  private end(): void {
    this.isOver = true;
    for (const request of this.requests) request.destroy(timeoutError());
  }

  static current(): VendorCall | undefined {
    return current.getStore();
  }

  /**
   * Runs what an SDK does for one message, and ends it when its time is over, whatever the SDK thinks of time.
   *
   * @param work its requests go through the agents of `vendorAgents`
   * @throws {VendorCallFailure} when it throws or does not end in time
   */
  static async run<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
    const call = new VendorCall();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        call.end();
        reject(timeoutError());
      }, timeoutMs);
    });
    try {
      return await Promise.race([current.run(call, work), deadline]);
    } catch (error) {
      throw new VendorCallFailure(error, call.mayHaveArrived);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A call that gave no answer to read, or an answer that the SDK threw. */
export class VendorCallFailure extends Error {
  constructor(
    override readonly cause: unknown,
    /** Whether the vendor may have read anything of it. */
    readonly mayHaveArrived: boolean,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'VendorCallFailure';
  }
}

function timeoutError(): Error {
  return Object.assign(new Error('the vendor did not answer in time'), { code: 'ETIMEDOUT' });
}
