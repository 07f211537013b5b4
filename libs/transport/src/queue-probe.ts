import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, SchemaMigrationRequiredError } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { QUEUE_SCHEMA } from './bullmq/queue-connection.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** What a queue's server says of itself, as far as wake-ups depend on it. */
export type QueueProbe = RedisProbe | PostgresProbe;

export interface RedisProbe {
  kind: 'redis';
  version: string;
  /** `noeviction`, or what the server throws away when its memory is full */
  evictionPolicy: string;
  /** whether writes go to an append-only file */
  appendOnly: boolean;
}

export interface PostgresProbe {
  kind: 'postgres';
  version: string;
  /** BullMQ's tables: not there, of an older BullMQ, or as this release needs them */
  schema: 'missing' | 'outdated' | 'ready';
}

/**
 * Asks the queue's server about itself, over a connection of its own.
 *
 * @throws the server's refusal or silence; a BullMQ schema of a later release; within seconds
 */
export function probeQueue(url: string): Promise<QueueProbe> {
  return url.startsWith('redis') ? probeRedis(url) : probePostgres(url);
}

async function probeRedis(url: string): Promise<RedisProbe> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: () => null,
  });
  // `connect` rejects with "Connection is closed" only; the cause comes as an event.
  let cause: Error | undefined;
  client.on('error', (error: Error) => (cause = error));
  try {
    await client.connect();
    // INFO and not CONFIG GET: hosted servers forbid the latter.
    const info = await client.info();
    return {
      kind: 'redis',
      version: field(info, 'redis_version'),
      evictionPolicy: field(info, 'maxmemory_policy'),
      appendOnly: field(info, 'aof_enabled') === '1',
    };
  } catch (error) {
    throw cause ?? error;
  } finally {
    client.disconnect();
  }
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
}

async function probePostgres(url: string): Promise<PostgresProbe> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return { kind: 'postgres', version: rows[0]?.server_version ?? 'unknown', schema: await schemaState(client) };
  } finally {
    await client.end();
  }
}

async function schemaState(client: pg.Client): Promise<PostgresProbe['schema']> {
  try {
    const version = await assertSchemaCompatibility(client, QUEUE_SCHEMA);
    return version < LATEST_SCHEMA_VERSION ? 'outdated' : 'ready';
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 'missing';
    throw error;
  }
}
