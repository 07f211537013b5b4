import { createPostgresBackend, type PgPool, runMigrations, withBackend } from 'bullmq';
import pg from 'pg';
import { inTime } from '@outbell/shared/in-time.js';
import { PROCESS_NAME } from '@outbell/shared/process-name.js';
import type { QueueConnection, JobProcessor, JobQueue, QueueWorker, QueueWorkerOptions } from './queue-connection.js';

/** The PostgreSQL schema in which BullMQ keeps its tables. */
export const QUEUE_SCHEMA = 'bullmq';

/** The longest wait for a connection, and for the end of one statement, in ms. Waiting for a NOTIFY is neither. */
const PATIENCE_MS = 5_000;

/**
 * How long a connection is kept that nobody uses, in ms: its successor would have to read the catalogue and plan each
 * statement anew.
 */
const KEEP_MS = 600_000;

/** After how long of silence its other end is asked for, lest something in between forgets it, in ms. */
const KEEP_ALIVE_MS = 60_000;

/** How long closing waits for statements under way, in ms. */
const CLOSE_MS = 2_000;

/** Connections of the pool for publishing and counting, beside those that listen. */
const PUBLISHING = 4;

const { Queue, Worker } = withBackend(createPostgresBackend);

/** BullMQ on PostgreSQL, in a schema of its own. */
export class PostgresConnection implements QueueConnection {
  private constructor(readonly pool: pg.Pool) {}

  /**
   * Brings BullMQ's tables up to date, and opens a pool.
   *
   * @param workers how many will listen: each keeps a connection of the pool
   * @throws when PostgreSQL cannot be reached
   */
  static async open(url: string, workers = 0): Promise<PostgresConnection> {
    await migrateQueues(url);
    return new PostgresConnection(openPool(url, workers + PUBLISHING, { query_timeout: PATIENCE_MS }));
  }

  queue(name: string): JobQueue {
    return new Queue<unknown>(name, { connection: this.connection, skipWaitingForReady: true });
  }

  worker(name: string, process: JobProcessor, options: QueueWorkerOptions): QueueWorker {
    return new Worker<unknown>(name, process, { ...options, connection: this.connection });
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await inTime(this.pool.end(), CLOSE_MS).catch(() => undefined);
  }

  /** The pool as BullMQ describes one: not quite as pg does. */
  private get connection(): PgPool {
    return this.pool as unknown as PgPool;
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
    connectionTimeoutMillis: PATIENCE_MS,
    idleTimeoutMillis: KEEP_MS,
    ...options,
  });
  // An idle connection that drops is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // Every queue and worker listens for it too: three lanes a channel are no leak, though Node would print that they may
  // be one.
  pool.setMaxListeners(0);
  // Nor does the pool listen to one that is lent out. A server that says goodbye between two statements of a
  // transaction would end it too; the statement that comes next fails, and that is heard.
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
