import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { until } from '../../../../test/support/until.js';
import { TRIES } from '../retries.js';
import { transportContract } from '../transport.contract.js';
import type { TransportConnection } from '../transport-driver.js';
import type { Verdict } from '../verdict.js';
import { connectStreams, driver } from './redis-streams.driver.js';

/** Nobody wants to wait for half a minute here until a dead worker's entry is given to another. */
const SOON = { claimAfterMs: 300, keepEveryMs: 100 };

beforeAll(() => Logger.overrideLogger(false));

transportContract(
  'Redis Streams',
  async () => {
    const url = testRedisUrl();
    const redis = new Redis(url);
    await redis.flushdb();
    redis.disconnect();
    return { url, connect: (at) => connectStreams(at, undefined, SOON) };
  },
  driver.capabilities,
);

describe('Redis Streams', () => {
  let url: string;
  let redis: Redis;
  let process: TransportConnection;

  beforeEach(async () => {
    url = testRedisUrl();
    redis = new Redis(url);
    await redis.flushdb();
    process = await connectStreams(url, undefined, SOON);
  });
  afterEach(async () => {
    await process.close();
    redis.disconnect();
  });

  const TOPIC = 'notifications.email';

  it('moves what was delivered too often to the dead stream, as it was', async () => {
    await redis.xgroup('CREATE', TOPIC, 'outbell', '0', 'MKSTREAM');
    const id = String(await redis.xadd(TOPIC, '*', 'event', '{"poison":true}'));
    await redis.xreadgroup('GROUP', 'outbell', 'dies', 'COUNT', 1, 'STREAMS', TOPIC, '>');
    for (let n = 0; n < TRIES; n += 1) await redis.xclaim(TOPIC, 'outbell', 'dies', 0, id);
    const seen: unknown[] = [];
    const consumer = process.server.consume({
      ...{ topic: TOPIC, concurrency: 1, batch: 1 },
      handle: (items) => Promise.resolve(items.map((item) => (seen.push(item), 'ack'))),
    });
    const [dead] = await until(async () => {
      const entries = await redis.xrange(`${TOPIC}.dead`, '-', '+');
      return entries.length > 0 && entries;
    });
    expect(dead?.[1]).toEqual(['event', '{"poison":true}', 'dead_reason', 'too_many_deliveries', 'dead_id', id]);
    expect(seen).toEqual([]);
    expect((await redis.xpending(TOPIC, 'outbell'))[0]).toBe(0);
    await consumer.drain();
  });

  it('does not take from a living worker what it holds for long', async () => {
    let end: (() => void) | undefined;
    let calls = 0;
    const handle = () => {
      calls += 1;
      return new Promise<Verdict[]>((resolve) => (end = () => resolve(['ack'])));
    };
    const flow = { topic: TOPIC, concurrency: 1, batch: 1, handle } as const;
    const consumers = [process.server.consume(flow), process.server.consume(flow)];
    await process.client.emit(TOPIC, [{ long: true }]);
    await until(async () => end !== undefined);
    // Three times as long as a silent worker keeps it.
    const until3 = performance.now() + 3 * SOON.claimAfterMs;
    await until(async () => performance.now() > until3);
    expect(calls).toBe(1);
    end?.();
    await Promise.all(consumers.map((consumer) => consumer.drain()));
  });

  it('forgets what is done, and keeps what waits', async () => {
    const consumer = process.server.consume({
      ...{ topic: TOPIC, concurrency: 5, batch: 200 },
      handle: (items) => Promise.resolve(items.map(() => 'ack')),
    });
    await process.client.emit(
      TOPIC,
      Array.from({ length: 5_000 }, (_, n) => ({ n })),
    );
    await until(async () => (await redis.xlen(TOPIC)) < 1_000);
    await consumer.drain();
    await process.client.emit(TOPIC, [{ n: 'waits' }]);
    expect(await process.client.depth(TOPIC)).toBe(1);
  });

  it('while Redis hangs, publishing, counting and a ping fail soon, and the end comes', async () => {
    const proxy = await TcpProxy.to(url);
    const hung = await connectStreams(proxy.url, undefined, SOON);
    const consumer = hung.server.consume({ topic: TOPIC, concurrency: 1, batch: 1, handle: () => Promise.resolve([]) });
    await hung.client.ping();
    proxy.freeze();
    const began = performance.now();
    await expect(hung.client.emit(TOPIC, [{}])).rejects.toThrow();
    await expect(hung.client.depth(TOPIC)).rejects.toThrow();
    await expect(hung.client.ping()).rejects.toThrow();
    await consumer.drain();
    await hung.close();
    expect(performance.now() - began).toBeLessThan(10_000);
    await proxy.shut();
  });
});
