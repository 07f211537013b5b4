import type { Config, TransportName } from '@outbell/shared/config/config.schema.js';
import type { TransportDriver } from './transport-driver.js';

/** The transports, a line each. A driver and its client library are loaded only where they are chosen. */
const DRIVERS: Record<TransportName, () => Promise<{ driver: TransportDriver }>> = {
  bullmq: () => import('./bullmq/bullmq.driver.js'),
  'redis-streams': () => import('./redis-streams/redis-streams.driver.js'),
  memory: () => import('./memory/memory.driver.js'),
};

/** Loads the transport of an installation: chosen here and nowhere else. */
export async function driverOf({ values }: Config): Promise<TransportDriver> {
  return (await DRIVERS[values.TRANSPORT]()).driver;
}
