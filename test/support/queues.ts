import { LANES, type Lane } from '@outbell/shared/constants/queues.js';
import { deliveryTopic } from '@outbell/shared/constants/topics.js';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

type LaneQueue = Queue<{ ids: string[] }>;

/** Looks at an email lane in a Redis as BullMQ sees it. */
export async function withQueue<T>(url: string, lane: Lane, look: (queue: LaneQueue) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const queue: LaneQueue = new Queue(deliveryTopic('email', lane), { connection: redis });
  try {
    return await look(queue);
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

/** Takes whatever waits in the email lanes of a Redis out of the next test's sight. */
export async function emptyQueues(url: string): Promise<void> {
  for (const lane of LANES) await withQueue(url, lane, (queue) => queue.obliterate({ force: true }));
}
