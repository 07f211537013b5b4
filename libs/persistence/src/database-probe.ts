import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';
import { PartitionRepository } from './repositories/partition.repository.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** What an installation needs of its database, as found. */
export interface DatabaseProbe {
  /** as in `server_version_num`: 160004 */
  versionNumber: number;
  version: string;
  /** migrations of this release that were not applied yet, oldest first */
  pendingMigrations: string[];
  /** months (`2026-11`) among this one and the next whose messages would find no table; undefined before the first migration */
  missingPartitions: string[] | undefined;
  /** the database's clock minus this machine's, in ms; half the round trip uncertain */
  clockSkewMs: number;
}

/**
 * Looks at the database over a connection of its own, changing nothing.
 *
 * @param now reads this machine's clock
 * @throws the server's refusal or silence, within seconds
 */
export async function probeDatabase(url: string, now: () => Date): Promise<DatabaseProbe> {
  const dataSource = createDataSource(url, 1).setOptions({ connectTimeoutMS: CONNECT_TIMEOUT_MS });
  await dataSource.initialize();
  try {
    const applied = await appliedMigrations(dataSource);
    const pending = dataSource.migrations.map(({ name }) => name ?? '').filter((name) => !applied.includes(name));
    return {
      ...(await readVersion(dataSource)),
      pendingMigrations: pending,
      missingPartitions: applied.length > 0 ? await missingPartitions(dataSource, now()) : undefined,
      clockSkewMs: await measureSkew(dataSource, now),
    };
  } finally {
    await dataSource.destroy();
  }
}

/** @throws the reason why the database does not answer, within seconds */
export async function pingDatabase(url: string): Promise<void> {
  const dataSource = createDataSource(url, 1).setOptions({ connectTimeoutMS: CONNECT_TIMEOUT_MS });
  await dataSource.initialize();
  await dataSource.destroy();
}

async function readVersion(dataSource: DataSource): Promise<{ versionNumber: number; version: string }> {
  const [row] = await dataSource.query<{ number: number; version: string }[]>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version`,
  );
  return { versionNumber: row?.number ?? 0, version: row?.version ?? 'unknown' };
}

async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  const table = dataSource.options.migrationsTableName ?? '';
  const [found] = await dataSource.query<{ exists: boolean }[]>(`SELECT to_regclass($1) IS NOT NULL AS exists`, [
    table,
  ]);
  if (!found?.exists) return [];
  const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${table}`);
  return rows.map(({ name }) => name);
}

async function missingPartitions(dataSource: DataSource, now: Date): Promise<string[]> {
  const months = await new PartitionRepository(dataSource).missing(now, 1);
  return months.map((month) => month.toISOString().slice(0, 7));
}

async function measureSkew(dataSource: DataSource, now: () => Date): Promise<number> {
  const before = now().getTime();
  const [row] = await dataSource.query<{ at: Date }[]>('SELECT clock_timestamp() AS at');
  const after = now().getTime();
  return Math.round((row?.at.getTime() ?? after) - (before + after) / 2);
}
