import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { pingDatabase, probeDatabase } from './database-probe.js';
import { PartitionRepository } from './engine/partition.repository.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await new PartitionRepository(database.dataSource).ensure();
});
afterAll(() => database.drop());

describe('probeDatabase', () => {
  it('finds nothing amiss in a migrated database', async () => {
    const probe = await probeDatabase(database.url, () => new Date());
    expect(probe).toMatchObject({ pendingMigrations: [], missingPartitions: [] });
    expect(probe.versionNumber).toBeGreaterThan(140_000);
    expect(Math.abs(probe.clockSkewMs)).toBeLessThan(1_000);
  });

  it('names the months without a partition', async () => {
    const [{ month }] = await database.dataSource.query<[{ month: string }]>(
      `SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYY-MM') AS month`,
    );
    await database.dataSource.query(`DROP TABLE message_event_${month.replace('-', '_')}`);
    const probe = await probeDatabase(database.url, () => new Date('2099-12-31T23:00:00Z'));
    expect(probe.missingPartitions).toEqual([month]);
    await new PartitionRepository(database.dataSource).ensure();
  });

  it('measures how far this machine’s clock is off', async () => {
    const probe = await probeDatabase(database.url, () => new Date(Date.now() - 7_200_000));
    expect(probe.clockSkewMs / 1_000).toBeCloseTo(7_200, -1);
  });

  it('lists what an unmigrated database lacks', async () => {
    const empty = await createTestDatabase();
    try {
      await empty.dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      const probe = await probeDatabase(empty.url, () => new Date());
      expect(probe.pendingMigrations[0]).toMatch(/^Initial/);
      expect(probe.missingPartitions).toBeUndefined();
    } finally {
      await empty.drop();
    }
  });

  it('says why there is no answer', async () => {
    await expect(probeDatabase('postgres://127.0.0.1:1/none', () => new Date())).rejects.toThrow(/ECONNREFUSED/);
    await expect(pingDatabase('postgres://127.0.0.1:1/none')).rejects.toThrow(/ECONNREFUSED/);
  });
});
