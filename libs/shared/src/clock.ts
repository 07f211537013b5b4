/**
 * Where the time of day comes from, so that a test can drive it. Elapsed time (leases, timeouts) is measured with
 * `performance.now()` instead: it does not jump when a machine's clock is set.
 */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
