import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { emptyQueues } from '../../../../test/support/queues.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { transportContract } from '../transport.contract.js';
import type { WakeUp } from '../transport.js';
import { BULLMQ_POSTGRES, BULLMQ_REDIS, bothSides } from './bullmq.driver.js';
import { PostgresConnection } from './postgres.connection.js';
import { RedisConnection } from './redis.connection.js';

const WAKE_UP: WakeUp = { channel: 'email', lane: 'urgent', priority: 'high', ids: ['a'] };

/** Nobody wants to wait for half a minute here until a dead worker's job is given to another. */
const SOON = { lockDuration: 300, stalledInterval: 300 };

// Servers that are away or dead are told of many times here.
beforeAll(() => Logger.overrideLogger(false));

transportContract(
  'BullMQ on Redis',
  async () => {
    const url = testRedisUrl();
    await emptyQueues(url);
    return { url, connect: async (at) => bothSides(await RedisConnection.open(at), SOON) };
  },
  BULLMQ_REDIS.capabilities,
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
      return { url: database.url, connect: async (url) => bothSides(await PostgresConnection.open(url, 2), SOON) };
    },
    BULLMQ_POSTGRES.capabilities,
  );
});

describe('while the server is away', () => {
  it('fails to publish soon, instead of waiting for it', async () => {
    const connection = await BULLMQ_REDIS.connect('redis://127.0.0.1:1');
    const began = performance.now();
    await expect(connection.client.publish([WAKE_UP])).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(5_000);
    await connection.close();
  });

  it('publishes again once it is back, even if it was away at the first use', async () => {
    const proxy = await TcpProxy.to(testRedisUrl());
    const connection = await BULLMQ_REDIS.connect(proxy.url);
    await proxy.shut();
    await expect(connection.client.publish([WAKE_UP])).rejects.toThrow();
    await proxy.open();
    await until(() =>
      connection.client.publish([WAKE_UP]).then(
        () => true,
        () => false,
      ),
    );
    expect(await connection.client.depth('email', 'urgent')).toBeGreaterThan(0);
    await connection.close();
    await proxy.shut();
  });
});

describe.each([
  ['Redis', BULLMQ_REDIS, () => Promise.resolve({ url: testRedisUrl(), drop: () => Promise.resolve() })],
  ['PostgreSQL', BULLMQ_POSTGRES, createTestDatabase],
])('while %s hangs', (_name, driver, server) => {
  it('neither publishing, counting, a ping nor the end waits for it', async () => {
    const { url, drop } = await server();
    const proxy = await TcpProxy.to(url);
    const connection = await driver.connect(proxy.url);
    await connection.client.depth('email', 'urgent');
    proxy.freeze();
    const began = performance.now();
    await expect(connection.client.publish([WAKE_UP])).rejects.toThrow();
    await expect(connection.client.depth('email', 'urgent')).rejects.toThrow();
    await expect(connection.client.depth('email', 'regular')).rejects.toThrow();
    await expect(connection.client.ping()).rejects.toThrow();
    await connection.close();
    expect(performance.now() - began).toBeLessThan(8_000);
    await proxy.shut();
    await drop();
  });

  it('a consumer is left after two seconds, and its wake-up was handled', async () => {
    const { url, drop } = await server();
    const proxy = await TcpProxy.to(url);
    const connection = await driver.connect(proxy.url, 1);
    let end: (() => void) | undefined;
    const handle = () => new Promise<void>((resolve) => (end = resolve));
    const consumer = connection.server.consume({ channel: 'voice', lane: 'urgent', concurrency: 1, handle });
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
