import { describe, expect, it } from 'vitest';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { createEmptyDatabase } from '../../../test/support/database.js';
import { readSchemaState, unfitness } from './schema-state.js';

const FIT = { versionNumber: 160_004, version: '16.4', pendingMigrations: [] };

describe('unfitness', () => {
  it('finds nothing wrong with a migrated database of 16 and newer', () => {
    expect(unfitness(FIT)).toBeNull();
    expect(unfitness({ ...FIT, versionNumber: 180_000 })).toBeNull();
  });

  it('names an old server before a missing migration', () => {
    const old = { versionNumber: 150_018, version: '15.18', pendingMigrations: ['Initial'] };
    expect(unfitness(old)).toBe('PostgreSQL 15.18 is too old: Outbell needs 16 or newer');
  });

  it('says how to migrate', () => {
    expect(unfitness({ ...FIT, pendingMigrations: ['A', 'B'] })).toBe(
      'the database is not migrated to this release (2 to go): run outbell migrate',
    );
  });
});

describe('readSchemaState', () => {
  it('sees every migration to go on an empty database, and none after them', async () => {
    const database = await createEmptyDatabase();
    const dataSource = await createDataSource(database.url, 1).initialize();
    expect((await readSchemaState(dataSource)).pendingMigrations).toHaveLength(dataSource.migrations.length);
    await migrate(database.url);
    expect((await readSchemaState(dataSource)).pendingMigrations).toEqual([]);
    await dataSource.destroy();
    await database.drop();
  });
});
