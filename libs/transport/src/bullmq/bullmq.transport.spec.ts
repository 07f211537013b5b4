import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DELIVERY_TOPICS } from '@outbell/shared/constants/topics.js';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { emptyQueues } from '../../../../test/support/queues.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { transportContract } from '../transport.contract.js';
import type { TransportConnection } from '../transport-driver.js';
import type { WakeUp } from '../transport.js';
import type { Verdict } from '../verdict.js';
import { bothSides, driver } from './bullmq.driver.js';
import { PostgresConnection } from './postgres.connection.js';
import { RedisConnection } from './redis.connection.js';

const WAKE_UP: WakeUp = { channel: 'email', lane: 'urgent', priority: 'high', ids: ['a'] };

/** Nobody wants to wait for half a minute here until a dead worker's job is given to another. */
const SOON = { lockDuration: 300, stalledInterval: 300 };

function connect(QUEUE_URL: string, topics = 0): Promise<TransportConnection> {
  const flow = { concurrency: 1, batch: 1 };
  return driver.connect(
    testConfig({ QUEUE_URL }),
    new Map(DELIVERY_TOPICS.slice(0, topics).map((topic) => [topic, flow])),
  );
}

// Servers that are away or dead are told of many times here.
beforeAll(() => Logger.overrideLogger(false));

transportContract(
  'BullMQ on Redis',
  async () => {
    const url = testRedisUrl();
    await emptyQueues(url);
    return { url, connect: async (at) => bothSides(await RedisConnection.open(at), undefined, SOON) };
  },
  driver.capabilities,
);

describe('on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  transportContract(
    'BullMQ on PostgreSQL',
    async () => {
      await database.dataSource.query('DROP SCHEMA IF EXISTS bullmq CASCADE');
      return {
        url: database.url,
        connect: async (url) => bothSides(await PostgresConnection.open(url, 4), undefined, SOON),
      };
    },
    driver.capabilities,
  );
});

describe('while the server is away', () => {
  it('fails to publish soon, instead of waiting for it', async () => {
    const connection = await connect('redis://127.0.0.1:1');
    const began = performance.now();
    await expect(connection.client.publish([WAKE_UP])).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(5_000);
    await connection.close();
  });

  it('publishes again once it is back, even if it was away at the first use', async () => {
    const proxy = await TcpProxy.to(testRedisUrl());
    const connection = await connect(proxy.url);
    await proxy.shut();
    await expect(connection.client.publish([WAKE_UP])).rejects.toThrow();
    await proxy.open();
    await until(() =>
      connection.client.publish([WAKE_UP]).then(
        () => true,
        () => false,
      ),
    );
    expect(await connection.client.depth('deliveries.email.urgent')).toBeGreaterThan(0);
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
    const connection = await connect(proxy.url);
    await connection.client.depth('deliveries.email.urgent');
    proxy.freeze();
    const began = performance.now();
    await expect(connection.client.publish([WAKE_UP])).rejects.toThrow();
    await expect(connection.client.depth('deliveries.email.urgent')).rejects.toThrow();
    await expect(connection.client.depth('deliveries.email.regular')).rejects.toThrow();
    await expect(connection.client.ping()).rejects.toThrow();
    await connection.close();
    expect(performance.now() - began).toBeLessThan(8_000);
    await proxy.shut();
    await drop();
  });

  it('a consumer is left after two seconds, and its wake-up was handled', async () => {
    const { url, drop } = await server();
    const proxy = await TcpProxy.to(url);
    const connection = await connect(proxy.url, 1);
    let end: (() => void) | undefined;
    const handle = () => new Promise<Verdict[]>((resolve) => (end = () => resolve(['ack'])));
    const consumer = connection.server.consume({ topic: 'deliveries.voice.urgent', concurrency: 1, batch: 1, handle });
    await connection.client.publish([{ ...WAKE_UP, channel: 'voice' }]);
    await until(async () => end !== undefined);
    proxy.freeze();
    consumer.stop();
    const draining = consumer.drain();
    const began = performance.now();
    end?.();
    await draining;
    await connection.close();
    expect(performance.now() - began).toBeLessThan(8_000);
    await proxy.shut();
    await drop();
  });
});

describe('a PostgreSQL that says goodbye', () => {
  it('to a connection that is lent out, and has nothing to answer, ends nobody’s process', async () => {
    const { url, dataSource, drop } = await createTestDatabase();
    const connection = await PostgresConnection.open(url);
    const lent = await connection.pool.connect();
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
