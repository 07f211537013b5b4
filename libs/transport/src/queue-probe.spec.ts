import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.js';
import { testRedisUrl } from '../../../test/support/redis.js';
import { QueueConnection } from './bullmq/queue-connection.js';
import { probeQueue } from './queue-probe.js';

describe('probeQueue', () => {
  it('asks Redis how it keeps what it is given', async () => {
    expect(await probeQueue(testRedisUrl())).toEqual({
      kind: 'redis',
      version: expect.stringMatching(/^\d+\.\d+/),
      evictionPolicy: 'noeviction',
      appendOnly: expect.any(Boolean),
    });
  });

  it('tells a PostgreSQL without BullMQ’s tables from one with them', async () => {
    const { url, drop } = await createTestDatabase();
    try {
      expect(await probeQueue(url)).toMatchObject({ kind: 'postgres', schema: 'missing' });
      await (await QueueConnection.open(url)).close();
      expect(await probeQueue(url)).toMatchObject({ kind: 'postgres', schema: 'ready' });
    } finally {
      await drop();
    }
  });

  it.each(['redis://127.0.0.1:1', 'postgres://127.0.0.1:1/none'])('says why %s does not answer', async (url) => {
    await expect(probeQueue(url)).rejects.toThrow(/ECONNREFUSED/);
  });
});
