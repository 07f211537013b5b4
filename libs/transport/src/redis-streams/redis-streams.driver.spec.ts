import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { beforeAll } from 'vitest';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { transportContract } from '../transport.contract.js';
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
