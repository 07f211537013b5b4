import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { testRedisUrl } from '../../../test/support/redis.js';
import { describeRateLimiter } from './rate-limiter.contract.js';
import { RedisRateLimiter } from './redis.rate-limiter.js';

describeRateLimiter('RedisRateLimiter', async () => {
  const url = testRedisUrl();
  const redis = new Redis(url);
  await redis.flushdb();
  return {
    limiter: (now) => new RedisRateLimiter(url, now),
    async drop() {
      await redis.flushdb();
      await redis.quit();
    },
  };
});

describe('RedisRateLimiter', () => {
  const level = { key: 'sender:a:60000', limit: 1, windowMs: 60_000 };

  it('keeps no key for ever and no slice that is past', async () => {
    const url = testRedisUrl();
    const redis = new Redis(url);
    let nowMs = Date.UTC(2026, 10, 22);
    const limiter = new RedisRateLimiter(url, () => new Date(nowMs));
    for (let i = 0; i < 200; i++, nowMs += 30_000) await limiter.book([{ levels: [{ ...level, limit: 20 }] }]);
    const [key = ''] = await redis.keys('*');
    expect(await redis.pttl(key)).toBeGreaterThan(60_000);
    expect(await redis.hlen(key)).toBeLessThan(20);
    await limiter.close();
    await redis.flushdb();
    await redis.quit();
  });

  it('begins anew after FLUSHALL', async () => {
    const url = testRedisUrl();
    const redis = new Redis(url);
    const limiter = new RedisRateLimiter(url);
    await limiter.book([{ levels: [level] }]);
    await redis.flushdb();
    await redis.script('FLUSH');
    expect((await limiter.book([{ levels: [level] }]))[0]?.afterMs).toBe(0);
    await limiter.close();
    await redis.flushdb();
    await redis.quit();
  });

  it('fails when Redis cannot be reached, so that nothing is sent unlimited', async () => {
    const limiter = new RedisRateLimiter('redis://127.0.0.1:1');
    await expect(limiter.book([{ levels: [level] }])).rejects.toThrow();
    await limiter.close();
  });
});
