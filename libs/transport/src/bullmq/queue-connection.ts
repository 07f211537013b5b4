import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  isPgPool,
  type IQueueBackend,
  runMigrations,
  setDefaultBackendFactory,
} from 'bullmq';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { inTime } from '@outbell/shared/in-time.js';
import { PROCESS_NAME } from '@outbell/shared/process-name.js';

/** The PostgreSQL schema in which BullMQ keeps its tables. */
export const QUEUE_SCHEMA = 'bullmq';

/** How long a process waits at its start for Redis, in ms. */
const FIRST_CONNECT_MS = 2_000;

/** The longest wait for an answer of Redis to who publishes or counts, in ms. Workers' commands have no such limit: they block. */
const REDIS_COMMAND_MS = 1_000;

/** The longest wait for a connection to PostgreSQL, and for the end of one statement there, in ms. Waiting for a NOTIFY is neither. */
const POSTGRES_PATIENCE_MS = 5_000;

/** How long a connection is kept that nobody uses, in ms: its successor would have to read the catalogue and plan each statement anew. */
const KEEP_MS = 600_000;

/** After how long of silence its other end is asked for, lest something in between forgets it, in ms. */
const KEEP_ALIVE_MS = 60_000;

/** How long closing waits for statements under way, in ms. */
const CLOSE_MS = 2_000;

/** BullMQ's backend follows from what it is connected to, so that both can live in one process. */
const backendByConnection: BackendFactory<IQueueBackend> = (name, options, extra) =>
  isPgPool(options.connection)
    ? (createPostgresBackend as unknown as BackendFactory<IQueueBackend>)(name, options, extra)
    : createRedisBackend(name, options, extra);

setDefaultBackendFactory(backendByConnection);

/** One process' connection to its queue: shared by its BullMQ queues and workers, closed after them. */
export class QueueConnection {
  private constructor(
    private readonly client: Redis | pg.Pool,
    private readonly blockingClient: Redis | pg.Pool,
  ) {}

  /**
   * Connects to a queue by its URL's scheme. On PostgreSQL it also brings BullMQ's tables up to date.
   *
   * @param listeners how many BullMQ workers will listen: on PostgreSQL each keeps a connection of the pool
   * @throws when PostgreSQL cannot be reached; Redis connects in the background
   */
  static async open(url: string, listeners = 0): Promise<QueueConnection> {
    if (url.startsWith('redis')) {
      const client = openRedis(url, { enableOfflineQueue: false, commandTimeout: REDIS_COMMAND_MS });
      // A command before the connection is there would fail. If the server is away, they may: it comes back, and dispatch repeats.
      await Promise.race([once(client, 'ready').catch(() => undefined), wait(FIRST_CONNECT_MS)]);
      return new QueueConnection(client, openRedis(url, {}));
    }
    const pool = openPool(url, listeners + 4, { query_timeout: POSTGRES_PATIENCE_MS });
    await migrateQueues(url).catch(async (error: unknown) => {
      await pool.end();
      throw error;
    });
    return new QueueConnection(pool, pool);
  }

  /** For a Queue: a command fails at once while the server is away. */
  get forQueues(): ConnectionOptions {
    return this.client;
  }

  /** For a Worker: waits for the server to come back. */
  get forWorkers(): ConnectionOptions {
    return this.blockingClient;
  }

  /** @throws when the server does not answer */
  async ping(): Promise<void> {
    if (this.client instanceof Redis) await this.client.ping();
    else await this.client.query('SELECT 1');
  }

  /** Ends soon, whether or not the server still answers. */
  async close(): Promise<void> {
    if (this.client instanceof Redis) {
      this.client.disconnect();
      (this.blockingClient as Redis).disconnect();
    } else await inTime(this.client.end(), CLOSE_MS).catch(() => undefined);
  }
}

function openPool(url: string, max: number, options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `${PROCESS_NAME}-queue`,
    max,
    options: `-c search_path=${QUEUE_SCHEMA},public`,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: POSTGRES_PATIENCE_MS,
    idleTimeoutMillis: KEEP_MS,
    ...options,
  });
  // An idle connection that drops is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // Every queue and worker listens for it too: three lanes a channel are no leak, though Node would print that they may be one.
  pool.setMaxListeners(0);
  // Nor does the pool listen to one that is lent out. A server that says goodbye between two statements of a transaction would end it too;
  // the statement that comes next fails, and that is heard.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Over a connection of its own, which may wait as long as another process' migration takes. */
async function migrateQueues(url: string): Promise<void> {
  const pool = openPool(url, 1, {});
  try {
    const client = await pool.connect();
    await runMigrations(client, QUEUE_SCHEMA).finally(() => client.release());
  } finally {
    await pool.end();
  }
}

function openRedis(url: string, options: { enableOfflineQueue?: boolean; commandTimeout?: number }): Redis {
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
