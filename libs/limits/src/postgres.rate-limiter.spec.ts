import { describe, expect, it } from 'vitest';
import { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { createTestDatabase } from '../../../test/support/database.js';
import { PostgresRateLimiter } from './postgres.rate-limiter.js';
import { describeRateLimiter } from './rate-limiter.contract.js';

describeRateLimiter('PostgresRateLimiter', async () => {
  const database = await createTestDatabase();
  const repository = new RateSlotRepository(database.dataSource);
  return {
    limiter: (now) => new PostgresRateLimiter(repository, now),
    drop: () => database.drop(),
  };
});

describe('PostgresRateLimiter', () => {
  it('leaves no row of what is past', async () => {
    const database = await createTestDatabase();
    let nowMs = Date.UTC(2026, 10, 22);
    const limiter = new PostgresRateLimiter(new RateSlotRepository(database.dataSource), () => new Date(nowMs));
    await limiter.book([{ levels: [{ key: 'sender:a:60000', limit: 1, windowMs: 60_000 }] }]);
    await limiter.prune();
    expect(await database.dataSource.query('SELECT key, count FROM rate_slot')).toEqual([
      { key: 'sender:a:60000', count: 1 },
    ]);
    nowMs += 69_000;
    await limiter.prune();
    expect(await database.dataSource.query('SELECT key FROM rate_slot UNION ALL SELECT key FROM rate_level')).toEqual(
      [],
    );
    await database.drop();
  });
});
