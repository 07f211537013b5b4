import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { binaryArray, TIMESTAMPTZ } from './binary-array.js';
import { writeShared } from './shared-write.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.dataSource.query('CREATE TABLE told (at timestamptz PRIMARY KEY)');
});
afterAll(() => database.drop());
beforeEach(() => database.dataSource.query('TRUNCATE told'));

async function write(times: readonly Date[]): Promise<void> {
  const sql = 'INSERT INTO told SELECT * FROM unnest($1::timestamptz[])';
  await database.dataSource.query(sql, [binaryArray(TIMESTAMPTZ, times)]);
}

async function written(): Promise<number> {
  const [row] = await database.dataSource.query<[{ count: number }]>('SELECT count(*)::int AS count FROM told');
  return row.count;
}

const TIMES = [1, 2, 3].map((day) => new Date(Date.UTC(2027, 0, day)));

describe('writeShared', () => {
  it('writes all at once', async () => {
    expect(await writeShared(TIMES, write)).toEqual([]);
    expect(await written()).toBe(3);
  });

  it('loses only what throws as it is encoded', async () => {
    const none = new Date(Number.NaN);
    expect(await writeShared([...TIMES, none], write)).toEqual([
      { item: none, error: expect.any(RangeError) as unknown },
    ]);
    expect(await written()).toBe(3);
  });

  it('loses only what the database refuses', async () => {
    const [first] = TIMES as [Date];
    const unwritten = await writeShared([...TIMES, first], write);
    expect(unwritten).toMatchObject([{ item: first, error: { driverError: { code: '23505' } } }]);
    expect(await written()).toBe(3);
  });

  it('throws when the database is away', async () => {
    const away = Object.assign(new Error('terminating connection'), { code: '57P01' });
    await expect(writeShared(TIMES, () => Promise.reject(away))).rejects.toBe(away);
  });
});
