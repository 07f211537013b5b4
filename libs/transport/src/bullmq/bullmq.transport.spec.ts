import { queueName } from '@outbell/shared/constants/queues.js';
import { Worker } from 'bullmq';
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { transportContract, type TransportHarness } from '../transport.contract.js';
import { BullMqTransport } from './bullmq.transport.js';
import { QueueConnection } from './queue-connection.js';

async function open(url: string): Promise<TransportHarness> {
  const connection = await QueueConnection.open(url, 2);
  const transport = new BullMqTransport(connection);
  const workers: Worker[] = [];
  return {
    transport,
    listen(lane) {
      const seen: string[][] = [];
      const arrivals = new EventEmitter();
      const process = (job: { data: { ids: string[] } }) => {
        seen.push(job.data.ids);
        arrivals.emit('arrival');
        return Promise.resolve();
      };
      workers.push(new Worker(queueName('email', lane), process, { connection: connection.forWorkers }));
      const until = async (count: number) => {
        while (seen.length < count) await once(arrivals, 'arrival');
      };
      return { seen, until };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await transport.beforeApplicationShutdown();
      await connection.close();
    },
  };
}

transportContract('BullMQ on Redis', () => open(testRedisUrl()));

describe('on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  let queues = 0;
  transportContract('BullMQ on PostgreSQL', async () => {
    if (queues++ > 0) await database.dataSource.query('DROP SCHEMA bullmq CASCADE');
    return open(database.url);
  });
});

describe('while the server is away', () => {
  it('fails to publish soon, instead of waiting for it', async () => {
    const connection = await QueueConnection.open('redis://127.0.0.1:1');
    const transport = new BullMqTransport(connection);
    const began = performance.now();
    await expect(transport.publish([{ channel: 'email', priority: 'high', ids: ['a'] }])).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(5_000);
    await connection.close();
  });
});
