import type { Stage } from './harness/stage.js';
import type { Queue } from './harness/servers.js';
import type { VendorName } from './harness/vendor.js';

/** One kind of fault, as CASES and the report name it. */
export interface Scenario {
  /** As `--only` takes it: kebab-case. */
  name: string;
  title: string;
  /** Where it applies; default: everywhere. */
  queues?: readonly Queue[];
  /** By whom the tenant sends, the first to be tried first; default: a mail server. */
  vendors?: readonly VendorName[];
  /** It takes more than a minute, most of it waiting: played in a world of its own, beside the others. */
  long?: boolean;
  /**
   * How many messages may end so, at most; default: none. A fault after which nobody can know what the vendor has may
   * cost a few `unknown`; were it more, `unknown` would be a way to be right about everything. Who is stopped is
   * `suppressed` or `canceled`.
   */
  allows?: { unknown?: number; failed?: number; suppressed?: number; canceled?: number };
  /**
   * Starts the load, lets the fault strike, puts right what an operator would, and says when it is `over()`.
   *
   * @throws when the fault did not strike, or when something does not hold that only this scenario knows
   */
  play(stage: Stage): Promise<void>;
}
