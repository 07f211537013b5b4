import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';
import { PartitionRepository } from './engine/partition.repository.js';
import { readSchemaState, type SchemaState } from './schema-state.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** Describes what an installation needs of its database, as found. */
export interface DatabaseProbe extends SchemaState {
  /**
   * months (`2026-11`) among this one and the next whose messages would find no table; undefined before the first
   * migration
   */
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
    const state = await readSchemaState(dataSource);
    const begun = state.pendingMigrations.length < dataSource.migrations.length;
    return {
      ...state,
      missingPartitions: begun ? await missingPartitions(dataSource) : undefined,
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

async function missingPartitions(dataSource: DataSource): Promise<string[]> {
  const months = await new PartitionRepository(dataSource).missing(1);
  return months.map((month) => month.toISOString().slice(0, 7));
}

async function measureSkew(dataSource: DataSource, now: () => Date): Promise<number> {
  const before = now().getTime();
  const [row] = await dataSource.query<{ at: Date }[]>('SELECT clock_timestamp() AS at');
  const after = now().getTime();
  return Math.round((row?.at.getTime() ?? after) - (before + after) / 2);
}
