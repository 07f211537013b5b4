import type { Scenario } from './scenario.js';
import { API_KILLED } from './scenarios/api-killed.js';
import { CLOCK } from './scenarios/clock.js';
import { DEADLY_MESSAGE } from './scenarios/deadly-message.js';
import { FAILOVER } from './scenarios/failover.js';
import { RECEIPTS } from './scenarios/receipts.js';
import { REDIS_LOST } from './scenarios/redis-lost.js';
import { REPEATS } from './scenarios/repeats.js';
import { RETRIES } from './scenarios/retries.js';
import { SERVER_RESTARTS } from './scenarios/server-restarts.js';
import { SHUTDOWN } from './scenarios/shutdown.js';
import { STOPS_UNDER_LOAD } from './scenarios/stops.js';
import { VENDOR } from './scenarios/vendor.js';
import { WAKE_UPS } from './scenarios/wake-ups.js';
import { WORKER_KILLED } from './scenarios/worker-killed.js';
import { WORKER_STOPPED } from './scenarios/worker-stopped.js';

/** Everything that is proved, in the order of the report. */
export const SCENARIOS: Scenario[] = [
  ...WORKER_KILLED,
  ...DEADLY_MESSAGE,
  ...WORKER_STOPPED,
  ...SHUTDOWN,
  ...CLOCK,
  ...API_KILLED,
  ...REDIS_LOST,
  ...SERVER_RESTARTS,
  ...WAKE_UPS,
  ...VENDOR,
  ...REPEATS,
  ...FAILOVER,
  ...RECEIPTS,
  ...RETRIES,
  ...STOPS_UNDER_LOAD,
];
