// Bookings of batches of 100 on five levels by eight workers at once; one iteration is 800 messages.
//   npx vitest bench --run --project 'parts (bench)' bench/rate-limiter.bench.ts
import { afterAll, beforeAll, it } from 'vitest';
import { PostgresRateLimiter } from '@outbell/limits/postgres.rate-limiter.js';
import type { RateLimiter, SlotRequest } from '@outbell/limits/rate-limiter.js';
import { RedisRateLimiter } from '@outbell/limits/redis.rate-limiter.js';
import { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { createTestDatabase, type TestDatabase } from '../test/support/database.js';
import { testRedisUrl } from '../test/support/redis.js';

const WORKERS = 8;
const OPTIONS = { time: 5_000, warmupTime: 1_000 };
const limiters: Record<'PostgreSQL' | 'Redis', RateLimiter[]> = { PostgreSQL: [], Redis: [] };
let database: TestDatabase;

/** A hundred messages of one tenant: 10 senders, 20 domains. `scale` makes the specification's limits roomy. */
function batch(name: string, scale: number): SlotRequest[] {
  const level = (key: string, limit: number, windowMs: number) => ({
    key: `${name}:${key}:${windowMs}`,
    limit: limit * scale,
    windowMs,
  });
  return Array.from({ length: 100 }, (_, i) => ({
    levels: [
      level(`sender:${i % 10}`, 20, 60_000),
      level(`sender:${i % 10}`, 1_000, 3_600_000),
      level('tenant', 5_000, 3_600_000),
      level(`domain:${i % 20}`, 200, 3_600_000),
      level('installation', 20_000, 3_600_000),
    ],
  }));
}

async function bookAll(workers: RateLimiter[], requests: SlotRequest[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.book(requests)));
}

beforeAll(async () => {
  database = await createTestDatabase();
  const url = testRedisUrl();
  for (let i = 0; i < WORKERS; i++) {
    limiters.PostgreSQL.push(new PostgresRateLimiter(new RateSlotRepository(database.dataSource)));
    limiters.Redis.push(new RedisRateLimiter(url));
  }
});

afterAll(async () => {
  await Promise.all([...limiters.PostgreSQL, ...limiters.Redis].map((limiter) => limiter.close()));
  await database.drop();
});

it.for([
  ['room for all', 'roomy', 1_000],
  ['behind a growing backlog', 'full', 20],
] as const)('%s', { timeout: 60_000 }, async ([, name, scale], { bench }) => {
  const bookOn = (store: keyof typeof limiters) => bench(store, () => bookAll(limiters[store], batch(name, scale)));
  await bench.compare(bookOn('PostgreSQL'), bookOn('Redis'), OPTIONS);
});
