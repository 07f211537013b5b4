import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { type LockedRates, RateSlotRepository } from './rate-slot.repository.js';

describe('RateSlotRepository', () => {
  let database: TestDatabase;
  let repository: RateSlotRepository;
  const level = (key: string, limit = 10) => ({ key, sliceMs: 1_000, limit });
  const stateOf = (key: string) => repository.withLocked([level(key)], async (rates) => rates.states.get(key));

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new RateSlotRepository(database.dataSource);
  });

  afterAll(() => database.drop());

  it('adds to the counts of slices and reads those in a range', async () => {
    const counts = await repository.withLocked([level('a')], async (rates) => {
      const state = { key: 'a', fullSpans: [], lastSlice: 9 };
      await rates.write(
        [5, 7, 9].map((slice) => ({ key: 'a', slice, count: 2 })),
        [state],
      );
      await rates.write([{ key: 'a', slice: 7, count: 1 }], [state]);
      return rates.read([{ key: 'a', first: 6, last: 9 }]);
    });
    expect(counts.toSorted((one, other) => one.slice - other.slice)).toEqual([
      { key: 'a', slice: 7, count: 3 },
      { key: 'a', slice: 9, count: 2 },
    ]);
  });

  it('gives the database’s time', async () => {
    const nowMs = await repository.withLocked([level('time')], async (rates) => rates.nowMs);
    const [{ now }] = await database.dataSource.query('SELECT clock_timestamp() AS now');
    expect(now.getTime() - nowMs).toBeGreaterThanOrEqual(0);
    expect(now.getTime() - nowMs).toBeLessThan(5_000);
  });

  it('takes stretches for full until the limit is raised', async () => {
    const full = { key: 'raised', fullSpans: [[3, 8]] as [number, number][], lastSlice: 7 };
    await repository.withLocked([level('raised')], (rates) => rates.write([], [full]));
    expect(await stateOf('raised')).toEqual(full);
    await repository.withLocked([level('raised', 11)], async () => undefined);
    expect(await stateOf('raised')).toEqual({ ...full, fullSpans: [] });
  });

  it('takes back everything when the work fails', async () => {
    const fails = repository.withLocked([level('failed')], async (rates: LockedRates) => {
      await rates.write([{ key: 'failed', slice: 1, count: 1 }], []);
      throw new Error('no');
    });
    await expect(fails).rejects.toThrow('no');
    expect(await database.dataSource.query(`SELECT FROM rate_slot WHERE key = 'failed'`)).toEqual([]);
  });

  it('locks in the order of the keys, so that opposite batches never deadlock', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => level(`order:${i}`));
    const batches = Array.from({ length: 30 }, (_, i) => (i % 2 ? keys : keys.toReversed()));
    const done = await Promise.all(
      batches.map((batch) => repository.withLocked(batch, async (rates) => rates.states.size)),
    );
    expect(done).toEqual(batches.map(() => 20));
  });

  it('takes the locks from a worker that is stopped amid its work', async () => {
    let resume = () => {};
    let locked = () => {};
    const stopped = new Promise<void>((resolve) => (resume = resolve));
    const holding = new Promise<void>((resolve) => (locked = resolve));
    const first = repository.withLocked([level('held')], async (rates) => {
      locked();
      await stopped;
      await rates.read([{ key: 'held', first: 0, last: 1 }]);
    });
    const outcome = first.then(
      () => 'done',
      () => 'lost its locks',
    );
    await holding;
    expect(await stateOf('held')).toEqual({ key: 'held', fullSpans: [], lastSlice: -1 });
    resume();
    expect(await outcome).toBe('lost its locks');
  });

  it('prunes what lies so many slices back, and levels that have nothing else', async () => {
    await repository.withLocked([level('old'), level('live')], (rates) =>
      rates.write(
        [
          { key: 'old', slice: 10, count: 1 },
          { key: 'live', slice: 10, count: 1 },
          { key: 'live', slice: 95, count: 1 },
        ],
        [
          { key: 'old', fullSpans: [], lastSlice: 10 },
          { key: 'live', fullSpans: [], lastSlice: 95 },
        ],
      ),
    );
    await repository.prune(5, 100_000);
    expect(await database.dataSource.query(`SELECT key, slice FROM rate_slot WHERE key IN ('old', 'live')`)).toEqual([
      { key: 'live', slice: '95' },
    ]);
    expect(await database.dataSource.query(`SELECT key FROM rate_level WHERE key IN ('old', 'live')`)).toEqual([
      { key: 'live' },
    ]);
  });
});
