import { createRedisBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { PROCESS_NAME } from '@outbell/shared/process-name.js';
import type {
  QueueConnection,
  WakeUpJob,
  WakeUpProcessor,
  WakeUpQueue,
  WakeUpWorker,
  WakeUpWorkerOptions,
} from './queue-connection.js';

/** How long a process waits at its start for Redis, in ms. */
const FIRST_CONNECT_MS = 2_000;

/**
 * The longest wait for an answer to who publishes or counts, in ms. Workers' commands have no such limit: they block.
 */
const COMMAND_MS = 1_000;

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
    const client = openClient(url, { enableOfflineQueue: false, commandTimeout: COMMAND_MS });
    // A command before the connection is there would fail. If the server is away, they may: it comes back, and dispatch
    // repeats.
    await Promise.race([once(client, 'ready').catch(() => undefined), wait(FIRST_CONNECT_MS)]);
    return new RedisConnection(client, openClient(url, {}));
  }

  queue(name: string): WakeUpQueue {
    // Rather a failure now, which dispatch makes good, than a request that waits for a server to come back.
    return new Queue<WakeUpJob>(name, { connection: this.client, skipWaitingForReady: true });
  }

  worker(name: string, process: WakeUpProcessor, options: WakeUpWorkerOptions): WakeUpWorker {
    return new Worker<WakeUpJob>(name, process, { ...options, connection: this.blockingClient });
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

function openClient(url: string, options: { enableOfflineQueue?: boolean; commandTimeout?: number }): Redis {
  const client = new Redis(url, {
    connectionName: PROCESS_NAME,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
    ...options,
  });
  // Reconnecting is ioredis' work; what failed meanwhile is reported by the command that failed.
  client.on('error', () => undefined);
  return client;
}
