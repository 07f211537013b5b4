import { createDataSource } from './data-source.js';
import { PartitionRepository } from './repositories/partition.repository.js';

/**
 * Brings the database at `url` to this release's schema and makes the partitions of the coming months.
 *
 * @returns the names of the migrations that were applied, oldest first; empty when there was nothing to do
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await createDataSource(url, 2).initialize();
  try {
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    await new PartitionRepository(dataSource).ensure(new Date());
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
