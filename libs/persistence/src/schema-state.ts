import type { DataSource } from 'typeorm';

/** The oldest PostgreSQL that Outbell runs on. */
export const OLDEST_POSTGRES = 16;

/** PostgreSQL's code for a table that is not there. */
const NO_TABLE = '42P01';

/** The database answers, and is not what this release needs. */
export class UnfitDatabaseError extends Error {
  override readonly name = 'UnfitDatabaseError';
}

/** Describes what a database is, as far as this release depends on it. */
export interface SchemaState {
  /** As in `server_version_num`: 160004. */
  versionNumber: number;
  version: string;
  /** Migrations of this release that were not applied yet, oldest first. */
  pendingMigrations: string[];
}

/** @throws what kept the database from answering */
export async function readSchemaState(dataSource: DataSource): Promise<SchemaState> {
  const [server] = await dataSource.query<[Omit<SchemaState, 'pendingMigrations'>]>(
    `SELECT current_setting('server_version_num')::int AS "versionNumber",
       current_setting('server_version') AS version`,
  );
  const applied = new Set(await appliedMigrations(dataSource));
  const names = dataSource.migrations.map(({ name }) => name ?? '');
  return { ...server, pendingMigrations: names.filter((name) => !applied.has(name)) };
}

/** Empty before the first one. */
export async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  try {
    const table = dataSource.options.migrationsTableName ?? '';
    const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${table}`);
    return rows.map(({ name }) => name);
  } catch (error) {
    if ((error as { driverError?: { code?: unknown } }).driverError?.code === NO_TABLE) return [];
    throw error;
  }
}

/**
 * Why this release cannot run on a database, and what mends it; null when it can. A schema of a later release is none
 * of its business.
 */
export function unfitness({ versionNumber, version, pendingMigrations }: SchemaState): string | null {
  const old = tooOld({ versionNumber, version });
  if (old !== null) return old;
  if (pendingMigrations.length === 0) return null;
  return `the database is not migrated to this release (${pendingMigrations.length} to go): run outbell migrate`;
}

/** Why a server is refused; null when it is new enough. */
export function tooOld({ versionNumber, version }: Pick<SchemaState, 'versionNumber' | 'version'>): string | null {
  if (versionNumber >= OLDEST_POSTGRES * 10_000) return null;
  return `PostgreSQL ${version} is too old: Outbell needs ${OLDEST_POSTGRES} or newer`;
}
