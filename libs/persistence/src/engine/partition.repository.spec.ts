import type { QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { until } from '../../../../test/support/until.js';
import { createDataSource } from '../data-source.js';
import { PartitionRepository } from './partition.repository.js';

const YEARS_ON = new Date('2031-12-15T00:00:00Z');
const YEARS_ON_MONTHS = ['2031_11', '2031_12', '2032_01'];
const TABLES = ['message', 'message_attempt', 'message_event'];

describe('PartitionRepository', () => {
  let database: TestDatabase;
  let repository: PartitionRepository;
  let other: QueryRunner;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(() => {
    repository = new PartitionRepository(database.dataSource);
    other = database.dataSource.createQueryRunner();
  });
  afterEach(async () => {
    if (other.isTransactionActive) await other.rollbackTransaction();
    await other.release();
    for (const table of TABLES) {
      for (const name of await attached(table)) {
        if (name >= `${table}_2031`) await database.dataSource.query(`DROP TABLE ${name}`);
      }
    }
  });
  afterAll(() => database.drop());

  async function attached(table: string): Promise<string[]> {
    const rows = await database.dataSource.query<{ name: string }[]>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY 1`,
      [table],
    );
    return rows.map(({ name }) => name);
  }

  describe('ensure', () => {
    it('has been called by the migration for this month and three more', async () => {
      expect(await repository.missing(3, new Date())).toEqual([]);
    });

    it('makes what is missing, across a year, and the month before, from many processes at once', async () => {
      expect(await repository.missing(1, YEARS_ON)).toEqual([new Date('2031-12-01'), new Date('2032-01-01')]);
      await Promise.all(Array.from({ length: 4 }, () => repository.ensure(1, YEARS_ON)));
      expect(await repository.missing(1, YEARS_ON)).toEqual([]);
      for (const table of TABLES) {
        expect((await attached(table)).slice(-3)).toEqual(YEARS_ON_MONTHS.map((month) => `${table}_${month}`));
      }
    });

    it('gives partitions the storage and the indexes of their table', async () => {
      await repository.ensure(0, YEARS_ON);
      const [table] = await database.dataSource.query<{ options: string[]; indexes: number }[]>(
        `SELECT reloptions AS options, (SELECT count(*)::int FROM pg_indexes WHERE tablename = relname) AS indexes
         FROM pg_class WHERE relname = 'message_2031_12'`,
      );
      expect(table?.options).toContain('fillfactor=50');
      const [unattached] = await database.dataSource.query<{ count: number }[]>(
        `SELECT count(*)::int FROM pg_index i WHERE indrelid = 'message_2031_12'::regclass
         AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = i.indexrelid)`,
      );
      expect(table?.indexes).toBeGreaterThan(4);
      expect(unattached?.count).toBe(0);
    });

    it('waits for nobody who reads or writes, in whatever order', async () => {
      await other.startTransaction();
      await other.query('LOCK TABLE message_event, message_attempt, message IN ROW EXCLUSIVE MODE');
      await repository.ensure(0, YEARS_ON);
      expect(await repository.missing(0, YEARS_ON)).toEqual([]);
    });

    it('completes a month that was left half made', async () => {
      await repository.ensure(0, YEARS_ON);
      await database.dataSource.query('ALTER TABLE message_attempt DETACH PARTITION message_attempt_2031_12');
      await database.dataSource.query('DROP TABLE message_event_2031_12');
      expect(await repository.missing(0, YEARS_ON)).toEqual([new Date('2031-12-01')]);
      await repository.ensure(0, YEARS_ON);
      expect(await repository.missing(0, YEARS_ON)).toEqual([]);
    });

    it('gives up on a table that is busy, makes the others, and makes up for it later', async () => {
      await repository.ensure(0, new Date('2031-11-15'));
      await other.startTransaction();
      await other.query('LOCK TABLE message IN SHARE UPDATE EXCLUSIVE MODE');
      await expect(repository.ensure(0, YEARS_ON)).rejects.toThrow(/lock timeout/);
      expect(await attached('message_event')).toContain('message_event_2031_12');
      await other.commitTransaction();
      await repository.ensure(0, YEARS_ON);
      expect(await repository.missing(0, YEARS_ON)).toEqual([]);
    });
  });

  describe('detachOlderThan', () => {
    const MARCH = new Date('2032-03-10T00:00:00Z');
    const all = (month: string) => TABLES.map((table) => `${table}_${month}`);
    let tenant: TenantFactory;
    let present: string;

    beforeAll(async () => {
      tenant = await TenantFactory.create(database.dataSource);
      present = new Date().toISOString().slice(0, 7).replace('-', '_');
    });
    beforeEach(async () => {
      await repository.ensure();
      await repository.ensure(0, YEARS_ON);
    });
    afterEach(() => database.dataSource.query('TRUNCATE message, message_schedule'));

    it('detaches whole months past retention, with their data, and keeps the others', async () => {
      const { detached } = await repository.detachOlderThan(3, MARCH);
      expect(detached).toEqual(expect.arrayContaining([...all(present), ...all('2031_11')]));
      expect(detached).not.toContain('message_2031_12');
      expect(await repository.detachOlderThan(3, MARCH)).toEqual({ detached: [], kept: [] });
      const [row] = await database.dataSource.query<[{ tables: number }]>(
        `SELECT count(*)::int AS tables FROM pg_tables WHERE tablename = ANY($1)`,
        [detached],
      );
      expect(row.tables).toBe(detached.length);
    });

    it.each(['queued', 'processing', 'sending'])('keeps a month while a message of it is %s', async (status) => {
      const [id] = (await tenant.messages(1)) as [string];
      await tenant.set(id, { status });
      const { detached, kept } = await repository.detachOlderThan(3, MARCH);
      expect(kept).toEqual([present]);
      expect(detached).toEqual(expect.arrayContaining(all('2031_11')));
      for (const name of all(present)) expect(detached).not.toContain(name);
      expect(await tenant.eventTypes(id)).toEqual(['queued']);
      await tenant.set(id, { status: 'sent' });
      expect(await repository.detachOlderThan(3, MARCH)).toMatchObject({ detached: all(present), kept: [] });
    });

    it('lets one of many processes do it', async () => {
      const rounds = await Promise.all(Array.from({ length: 4 }, () => repository.detachOlderThan(3, MARCH)));
      const detached = rounds.flatMap((round) => round.detached);
      expect(detached).toEqual(expect.arrayContaining(all('2031_11')));
      expect(new Set(detached).size).toBe(detached.length);
    });

    it('finishes what a process that died half-way left behind', async () => {
      await other.startTransaction();
      await other.query('LOCK TABLE message IN ACCESS SHARE MODE');
      const doomed = await createDataSource(database.url, 1).initialize();
      const dying = doomed.createQueryRunner();
      const [backend] = await dying.manager.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
      const death = dying.query('ALTER TABLE message DETACH PARTITION message_2031_11 CONCURRENTLY');
      const expected = expect(death).rejects.toThrow(/terminating connection/);
      await until(async () => {
        const pending = await database.dataSource.query<unknown[]>('SELECT FROM pg_inherits WHERE inhdetachpending');
        return pending.length > 0;
      });
      await database.dataSource.query('SELECT pg_terminate_backend($1)', [backend.pid]);
      await expected;
      await doomed.destroy();
      await other.commitTransaction();

      const { detached } = await repository.detachOlderThan(3, MARCH);
      expect(detached).toEqual(expect.arrayContaining(all('2031_11')));
      expect(await attached('message')).toEqual(['message_2031_12']);
    });
  });
});
