import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { PartitionRepository } from './partition.repository.js';

const YEARS_ON = new Date('2031-12-15T00:00:00Z');

describe('PartitionRepository', () => {
  let database: TestDatabase;
  let repository: PartitionRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new PartitionRepository(database.dataSource);
  });
  afterAll(() => database.drop());

  it('has been called by the migration for this month and three more', async () => {
    expect(await repository.missing(new Date(), 3)).toEqual([]);
  });

  it('makes what is missing, across a year, from many processes at once', async () => {
    expect(await repository.missing(YEARS_ON, 1)).toEqual([new Date('2031-12-01'), new Date('2032-01-01')]);
    await Promise.all(Array.from({ length: 4 }, () => repository.ensure(YEARS_ON, 1)));
    expect(await repository.missing(YEARS_ON, 1)).toEqual([]);
  });

  it('detaches whole months past retention, with their data, and keeps the others', async () => {
    const detached = await repository.detachOlderThan(YEARS_ON, 0);
    expect(detached.some((name) => name === 'message_2031_12')).toBe(false);
    expect(detached).toContain(`message_event_${new Date().toISOString().slice(0, 7).replace('-', '_')}`);
    expect(await repository.detachOlderThan(YEARS_ON, 0)).toEqual([]);
    const [row] = await database.dataSource.query(
      `SELECT count(*)::int AS tables FROM pg_tables WHERE tablename = ANY($1)`,
      [detached],
    );
    expect(row.tables).toBe(detached.length);
  });
});
