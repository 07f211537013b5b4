import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../../test/support/database.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { testConfig } from '../../../../test/support/config.js';
import { judgeRedis } from '../redis/examine-redis.js';
import { driver } from './bullmq.driver.js';

describe('examining Redis', () => {
  it('asks it how it keeps what it is given', async () => {
    const findings = await driver.examine(testConfig({ QUEUE_URL: testRedisUrl() }));
    const told = findings.map(({ status, found }) => `${status} ${found}`).join('\n');
    expect(told).toMatch(/^(ok Redis \d+\.\d+\S*, noeviction|warn Redis keeps no append-only file)/);
  });

  it('is content with noeviction and an append-only file', () => {
    const findings = judgeRedis({ version: '7.4.1', evictionPolicy: 'noeviction', appendOnly: true });
    expect(findings).toEqual([{ status: 'ok', found: 'Redis 7.4.1, noeviction, append-only file' }]);
  });

  it('names all that endangers jobs, and the mend', () => {
    const findings = judgeRedis({ version: '6.2.0', evictionPolicy: 'allkeys-lru', appendOnly: false });
    expect(findings.map(({ status, mend }) => `${status} ${mend}`)).toEqual([
      expect.stringMatching(/^fail upgrade to Redis 7/),
      expect.stringMatching(/^fail .*maxmemory-policy noeviction/),
      expect.stringMatching(/^warn .*appendonly yes/),
    ]);
  });
});

describe('examining PostgreSQL', () => {
  it('tells one without BullMQ’s tables from one with them', async () => {
    const { url, drop } = await createTestDatabase();
    const config = testConfig({ QUEUE_URL: url });
    try {
      expect(await driver.examine(config)).toMatchObject([
        { status: 'warn', found: expect.stringContaining('has no queue tables yet') },
      ]);
      await (await driver.connect(config)).close();
      expect(await driver.examine(config)).toMatchObject([{ status: 'ok' }]);
    } finally {
      await drop();
    }
  });
});

it.each(['redis://127.0.0.1:1', 'postgres://127.0.0.1:1/none'])('says why %s does not answer', async (QUEUE_URL) => {
  await expect(driver.examine(testConfig({ QUEUE_URL }))).rejects.toThrow(/ECONNREFUSED/);
});
