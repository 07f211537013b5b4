import { describe, expect, it } from 'vitest';
import { createTestDatabase } from './database.js';
import { testRedisUrl } from './redis.js';
import { testConfig } from './config.js';
import { Redis } from 'ioredis';

describe('the servers of a test run', () => {
  it('give each test a migrated database of its own', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await one.dataSource.query(`INSERT INTO tenant (id, name) VALUES (gen_random_uuid(), 'one')`);
    expect(await other.dataSource.query('SELECT * FROM tenant')).toEqual([]);
    await Promise.all([one.drop(), other.drop()]);
  });

  it('give each test a Redis database of its own', async () => {
    const [one, other] = [testRedisUrl(), testRedisUrl()];
    expect(one).not.toBe(other);
    const redis = new Redis(one);
    expect(await redis.dbsize()).toBe(0);
    redis.disconnect();
  });

  it('give settings that are valid', () => {
    expect(testConfig({ API_PORT: '4711' }).values.API_PORT).toBe(4711);
  });
});
