import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { createTestDatabase } from '../../../test/support/database.js';
import { testConfig } from '../../../test/support/config.js';
import { testRedisUrl } from '../../../test/support/redis.js';
import { LimitsModule } from './limits.module.js';
import { PostgresRateLimiter } from './postgres.rate-limiter.js';
import { RateLimiter } from './rate-limiter.js';
import { RedisRateLimiter } from './redis.rate-limiter.js';

describe('LimitsModule', () => {
  it.each([
    { store: 'Redis', queue: () => ({ QUEUE_URL: testRedisUrl() }), expected: RedisRateLimiter },
    { store: 'the database', queue: () => ({}), expected: PostgresRateLimiter },
  ])('keeps the slots in $store by the scheme of QUEUE_URL', async ({ queue, expected }) => {
    const database = await createTestDatabase();
    const config = testConfig({ DATABASE_URL: database.url, ...queue() });
    const app = await Test.createTestingModule({ imports: [ConfigModule.forRoot(config), LimitsModule] }).compile();
    const limiter = app.get(RateLimiter);
    expect(limiter).toBeInstanceOf(expected);
    const level = { key: 'module-spec:60000', limit: 1_000, windowMs: 60_000 };
    expect((await limiter.book([{ levels: [level] }]))[0]?.afterMs).toBe(0);
    await app.close();
    await database.drop();
  });
});
