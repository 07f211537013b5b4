import { isConnectionFault } from '@outbell/planning/connection-fault.js';
import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';
import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhenResult,
} from 'cockatiel';

/** The wait for a probe doubles with each that fails, up to so many times the first one. */
const LONGEST = 12;

/**
 * Takes a connection out of use when its faults follow one another, and lets one message try it now and then. Each
 * worker has its own: what one of them cannot reach, another may.
 */
export class ConnectionBreaker {
  private readonly breaker: CircuitBreakerPolicy;
  /** `performance.now()` from which the next message may try it. */
  private probeAt = 0;
  /** A message was let through to try it, and has not been handed over yet. */
  private probing = false;

  /**
   * @param faults in a row that open it
   * @param probeMs until it is tried for the first time
   */
  constructor(
    faults: number,
    private readonly probeMs: number,
  ) {
    const policy = handleWhenResult((outcome) => this.speaksAgainst(outcome as Outcome));
    this.breaker = circuitBreaker(policy, {
      breaker: new ConsecutiveBreaker(faults),
      halfOpenAfter: new DelegateBackoff(({ attempt }) => {
        this.probing = false;
        this.probeAt = performance.now() + this.probeMs * Math.min(2 ** (attempt - 1), LONGEST);
        // When it is tried is decided here, by a clock that nobody sets. The library's own wait, by the wall clock, is
        // always over.
        return -Infinity;
      }),
    });
  }

  /** Tells whether no message may take it now. */
  get isDown(): boolean {
    const { state } = this.breaker;
    return state === CircuitState.HalfOpen || (state !== CircuitState.Closed && performance.now() < this.probeAt);
  }

  /** Until a message may try it again, in ms. */
  get probeAfterMs(): number {
    return Math.max(this.probeAt - performance.now(), 0);
  }

  /** A message is on its way to it. Should it be out of use, that one tries it, and others wait. */
  admit(): void {
    if (this.breaker.state === CircuitState.Closed) return;
    this.probing = true;
    // Should this one not come so far, another will.
    this.probeAt = performance.now() + this.probeMs;
  }

  /** Makes the call, unless it has gone out of use since the message was sent on its way. */
  async run(call: () => Promise<Outcome>): Promise<Outcome> {
    if (this.breaker.state !== CircuitState.Closed) {
      if (!this.probing) return { kind: 'deferred', reason: 'connection_down', afterMs: 0, slotGraceMs: SLOT_GRACE_MS };
      this.probing = false;
    }
    return this.breaker.execute(call);
  }

  /** A probe for which nobody was called has proven nothing. */
  private speaksAgainst(outcome: Outcome): boolean {
    const isProbe = this.breaker.state === CircuitState.HalfOpen;
    return isConnectionFault(outcome) || (isProbe && outcome.kind === 'deferred');
  }
}
