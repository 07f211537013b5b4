import type { QueueServer } from '@outbell/shared/config/queue-server.js';
import { BULLMQ_POSTGRES, BULLMQ_REDIS } from './bullmq/bullmq.driver.js';
import type { TransportDriver } from './transport-driver.js';

/** The transports, a line each. */
const DRIVERS: Record<QueueServer, TransportDriver> = {
  redis: BULLMQ_REDIS,
  postgres: BULLMQ_POSTGRES,
};

/** The transport of an installation: chosen here and nowhere else. */
export function driverOf({ queueServer }: { queueServer: QueueServer }): TransportDriver {
  return DRIVERS[queueServer];
}
