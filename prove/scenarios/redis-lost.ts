import { setTimeout as pause } from 'node:timers/promises';
import type { OwnRedis } from '../../test/support/own-redis.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

const AWAY_MS = 60_000;
const AWAY_QUICK_MS = 5_000;

/** The queue holds nothing that the database does not know: it may forget everything at any moment. */
export const REDIS_LOST: Scenario[] = [
  {
    name: 'redis-flushed',
    title: 'Redis FLUSHALL, four times in mid-flight',
    queues: ['Redis', 'Redis Streams'],
    async play(stage) {
      stage.load.start();
      for (let times = 0; times < 4; times += 1) {
        await stage.midFlight();
        await redisOf(stage).empty();
      }
      stage.over();
    },
  },
  {
    name: 'redis-killed',
    title: 'Redis kill -9; it comes back empty',
    queues: ['Redis', 'Redis Streams'],
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      await redisOf(stage).kill();
      await pause(stage.chance.whole(0, 1_000));
      await redisOf(stage).restart();
      stage.over();
    },
  },
  {
    name: 'redis-away',
    title: 'Redis out of reach for 60 s (5 s with --quick)',
    queues: ['Redis', 'Redis Streams'],
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      await stage.servers.ways.redis?.shut();
      await pause(stage.quick ? AWAY_QUICK_MS : AWAY_MS);
      await stage.servers.ways.redis?.open();
      stage.over();
    },
  },
  {
    name: 'redis-silent',
    title: 'Redis takes connections and answers nothing for some seconds',
    queues: ['Redis', 'Redis Streams'],
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      stage.servers.ways.redis?.freeze();
      await pause(stage.chance.whole(2_000, 5_000));
      stage.servers.ways.redis?.thaw();
      stage.over();
    },
  },
];

function redisOf({ servers: { redis } }: Stage): OwnRedis {
  if (!redis) throw new Error('this world has no Redis');
  return redis;
}
