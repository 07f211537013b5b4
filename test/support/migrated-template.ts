import pg from 'pg';
import { createDataSource } from '@outbell/persistence/data-source.js';

/** The migrated database every test database is a copy of. Nobody may be connected to it while it is copied. */
export const TEMPLATE = 'outbell_template';

/** Makes the template on a fresh server. */
export async function migrate(serverUrl: string): Promise<void> {
  await command(serverUrl, `CREATE DATABASE ${TEMPLATE}`);
  const dataSource = await createDataSource(databaseUrl(serverUrl, TEMPLATE), 2).initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
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
