import pg from 'pg';
import { migrate } from '@outbell/persistence/migrate.js';

/** The migrated database every test database is a copy of. Nobody may be connected to it while it is copied. */
export const TEMPLATE = 'outbell_template';

/** Makes the template on a fresh server. */
export async function makeTemplate(serverUrl: string): Promise<void> {
  await command(serverUrl, `CREATE DATABASE ${TEMPLATE}`);
  await migrate(databaseUrl(serverUrl, TEMPLATE));
}

/** Runs one statement in the server's maintenance database. */
export async function command(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
