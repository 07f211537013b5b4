import { assertSchemaCompatibility, LATEST_SCHEMA_VERSION, SchemaMigrationRequiredError } from 'bullmq';
import pg from 'pg';
import type { TransportFinding } from '../transport-driver.js';
import { QUEUE_SCHEMA } from './postgres.connection.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** Looks at BullMQ's tables. @throws for a BullMQ schema of a later release */
export async function examinePostgres(url: string): Promise<TransportFinding[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const found = `PostgreSQL ${rows[0]?.server_version ?? 'unknown'} carries the queue`;
    const missing = await whatIsMissing(client);
    if (!missing) return [{ status: 'ok', found }];
    const mend = 'start the api or the worker once: they make them';
    return [{ status: 'warn', found: `${found} and ${missing}`, mend }];
  } finally {
    await client.end();
  }
}

async function whatIsMissing(client: pg.Client): Promise<string | undefined> {
  try {
    const version = await assertSchemaCompatibility(client, QUEUE_SCHEMA);
    return version < LATEST_SCHEMA_VERSION ? 'has queue tables of an older release' : undefined;
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 'has no queue tables yet';
    throw error;
  }
}
