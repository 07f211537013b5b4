import { createRedisBackend, withBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import { openRedis, openRedisInTime } from '../redis/open-redis.js';
import type { QueueConnection, JobProcessor, JobQueue, QueueWorker, QueueWorkerOptions } from './queue-connection.js';

// Named, and not BullMQ's default, which is one for the process.
const { Queue, Worker } = withBackend(createRedisBackend);

/** BullMQ on Redis. */
export class RedisConnection implements QueueConnection {
  private constructor(
    private readonly client: Redis,
    private readonly blockingClient: Redis,
  ) {}

  /** Connects in the background if Redis is not there at once. */
  static async open(url: string): Promise<RedisConnection> {
    const client = await openRedisInTime(url);
    return new RedisConnection(client, openRedis(url));
  }

  queue(name: string): JobQueue {
    // Rather a failure now, which dispatch makes good, than a request that waits for a server to come back.
    return new Queue<unknown>(name, { connection: this.client, skipWaitingForReady: true });
  }

  worker(name: string, process: JobProcessor, options: QueueWorkerOptions): QueueWorker {
    return new Worker<unknown>(name, process, { ...options, connection: this.blockingClient });
  }

  async ping(): Promise<void> {
    await this.client.ping();
  }

  close(): Promise<void> {
    this.client.disconnect();
    this.blockingClient.disconnect();
    return Promise.resolve();
  }
}
