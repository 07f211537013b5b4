import type { Spread } from '../harness/statistics.js';

/** One measured thing, over all rounds of a run. */
export interface Figure extends Spread {
  /** Kebab-case; targets and charts find it by this. */
  name: string;
  title: string;
  /** `messages/s`, `ms`, `MB` … */
  unit: string;
  rounds: number;
  /**
   * Median CPU microseconds for one message (job, request), by process. Only of rates, and only where the system tells.
   */
  cpu?: Record<string, number>;
}
