import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

/**
 * Has the errors of queues that a module registers logged. Their processors use them for their connection alone, and an error nobody hears
 * BullMQ prints as it is, in the middle of the JSON lines.
 */
export function hearErrors(...queues: Queue[]): void {
  const logger = new Logger('Queue');
  for (const queue of queues)
    queue.on('error', (error) => logger.warn('queue connection', { queue: queue.name }, error));
}
