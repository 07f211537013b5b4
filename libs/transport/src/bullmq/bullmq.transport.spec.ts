import { queueName } from '@outbell/shared/constants/queues.js';
import { Worker } from 'bullmq';
import { EventEmitter, once } from 'node:events';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
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
    await expect(
      transport.publish([{ channel: 'email', lane: 'urgent', priority: 'high', ids: ['a'] }]),
    ).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(5_000);
    await connection.close();
  });

  it('publishes again once it is back, even if it was away at the first use', async () => {
    const proxy = await TcpProxy.to(testRedisUrl());
    const connection = await QueueConnection.open(proxy.url);
    const transport = new BullMqTransport(connection);
    await proxy.shut();
    const wakeUp = { channel: 'email' as const, lane: 'urgent' as const, priority: 'high' as const, ids: ['a'] };
    await expect(transport.publish([wakeUp])).rejects.toThrow();
    await proxy.open();
    await until(() =>
      transport.publish([wakeUp]).then(
        () => true,
        () => false,
      ),
    );
    expect(await transport.depth('email', 'urgent')).toBeGreaterThan(0);
    await transport.beforeApplicationShutdown();
    await connection.close();
    await proxy.shut();
  });
});

describe.each([
  ['Redis', () => Promise.resolve({ url: testRedisUrl(), drop: () => Promise.resolve() })],
  ['PostgreSQL', createTestDatabase],
])('while %s hangs', (_name, server) => {
  it('neither publishing, counting, a ping nor the end waits for it', async () => {
    const { url, drop } = await server();
    const proxy = await TcpProxy.to(url);
    const connection = await QueueConnection.open(proxy.url);
    const transport = new BullMqTransport(connection);
    await transport.depth('email', 'urgent');
    proxy.freeze();
    const began = performance.now();
    const wakeUp = { channel: 'email' as const, lane: 'urgent' as const, priority: 'high' as const, ids: ['a'] };
    await expect(transport.publish([wakeUp])).rejects.toThrow();
    await expect(transport.depth('email', 'urgent')).rejects.toThrow();
    await expect(transport.depth('email', 'regular')).rejects.toThrow();
    await expect(transport.ping()).rejects.toThrow();
    await transport.beforeApplicationShutdown();
    await connection.close();
    expect(performance.now() - began).toBeLessThan(8_000);
    await proxy.shut();
    await drop();
  });
});

describe('a PostgreSQL that says goodbye', () => {
  it('to a connection that is lent out, and has nothing to answer, ends nobody’s process', async () => {
    const { url, dataSource, drop } = await createTestDatabase();
    const connection = await QueueConnection.open(url);
    const lent = await (connection.forQueues as Pool).connect();
    const { rows } = await lent.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const left = new Promise((resolve) => lent.once('end', resolve));
    await dataSource.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await left;
    await expect(lent.query('SELECT 1')).rejects.toThrow();
    lent.release(true);
    await connection.ping();
    await connection.close();
    await drop();
  });
});
