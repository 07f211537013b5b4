import type { Config } from '@outbell/shared/config/config.schema.js';
import { driverOf } from '@outbell/transport/drivers.js';
import { errorLine } from '../error-line.js';
import { failure, type Finding } from './finding.js';
import { placeOf } from './place-of.js';

/** Asks whether wake-ups get through and stay. */
export async function checkQueue(config: Config): Promise<Finding[]> {
  const { QUEUE_URL } = config.values;
  try {
    const findings = await (await driverOf(config)).examine(config);
    return findings.map((finding) => ({ check: 'queue', ...finding }));
  } catch (error) {
    const found = `${placeOf(QUEUE_URL)} does not answer: ${errorLine(error)}`;
    const mend = 'start the server, or correct QUEUE_URL (without it, the database carries the queue)';
    return [failure('queue', found, mend)];
  }
}
