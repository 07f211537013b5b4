import { emptyQueues } from './queues.js';
import { testRedisUrl } from './redis.js';

/** Settings that choose a transport, on a broker that holds nothing yet. */
export interface TransportScene {
  name: string;
  settings(): Promise<Record<string, string>>;
}

/** Every transport, a line each: the same suites play on all of them. */
export const TRANSPORT_SCENES: TransportScene[] = [
  { name: 'bullmq on PostgreSQL', settings: () => Promise.resolve({ TRANSPORT: 'bullmq' }) },
  {
    name: 'bullmq on Redis',
    async settings() {
      const QUEUE_URL = testRedisUrl();
      await emptyQueues(QUEUE_URL);
      return { TRANSPORT: 'bullmq', QUEUE_URL };
    },
  },
  {
    name: 'redis-streams',
    settings: () => Promise.resolve({ TRANSPORT: 'redis-streams', QUEUE_URL: testRedisUrl() }),
  },
  { name: 'memory', settings: () => Promise.resolve({ TRANSPORT: 'memory' }) },
];
