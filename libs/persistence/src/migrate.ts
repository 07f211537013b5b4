import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';
import { PartitionRepository } from './engine/partition.repository.js';
import { readSchemaState, tooOld, UnfitDatabaseError } from './schema-state.js';

/**
 * Brings the database at `url` to this release's schema and makes the partitions of the coming months. Waits while
 * another process is at it.
 *
 * @throws {UnfitDatabaseError} on a server that is too old, before anything is changed
 * @returns the names of the migrations that were applied, oldest first; empty when there was nothing to do
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await createDataSource(url, 2).initialize();
  try {
    const old = tooOld(await readSchemaState(dataSource));
    if (old !== null) throw new UnfitDatabaseError(old);
    return await alone(dataSource, async () => {
      const applied = await dataSource.runMigrations({ transaction: 'each' });
      await new PartitionRepository(dataSource).ensure();
      return applied.map((migration) => migration.name);
    });
  } finally {
    await dataSource.destroy();
  }
}

/** Under a lock of a session of its own, which ends with its connection: also when this process is killed. */
async function alone<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const ask = `SELECT pg_try_advisory_lock(hashtext('outbell.migrate')) AS held`;
  try {
    // Asked for again and again: a statement that waits holds a snapshot, for whose end a migration may have to wait
    // itself.
    while (!(await runner.manager.query<[{ held: boolean }]>(ask))[0].held) await delay(200);
    try {
      return await work();
    } finally {
      await runner.query(`SELECT pg_advisory_unlock(hashtext('outbell.migrate'))`);
    }
  } finally {
    await runner.release();
  }
}
