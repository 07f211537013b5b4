import { setTimeout as pause } from 'node:timers/promises';
import { PLACES } from '../harness/vendor.js';
import type { Scenario } from '../scenario.js';

/** Of two workers: their marks may be written, and nobody there to write down what the vendor said in time. */
const UNWRITTEN = { unknown: 4 * PLACES };

export const SERVER_RESTARTS: Scenario[] = [
  {
    name: 'postgres-restarted',
    title: 'PostgreSQL immediate restart: it recovers from its log',
    allows: UNWRITTEN,
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      await stage.servers.postgres.crash();
      await pause(stage.chance.whole(0, 1_000));
      await stage.servers.postgres.restart();
      stage.over();
    },
  },
  {
    name: 'postgres-silent',
    title: 'PostgreSQL takes connections and answers nothing for some seconds',
    allows: UNWRITTEN,
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      stage.servers.ways.postgres.freeze();
      await pause(stage.chance.whole(1_000, 4_000));
      stage.servers.ways.postgres.thaw();
      stage.over();
    },
  },
  {
    name: 'connections-cut',
    title: 'every connection to PostgreSQL is cut, again and again',
    allows: UNWRITTEN,
    async play(stage) {
      stage.load.start();
      for (let times = 0; times < 5; times += 1) {
        await pause(stage.chance.whole(100, 400));
        stage.servers.ways.postgres.reset();
      }
      stage.over();
    },
  },
  {
    name: 'broker-restarted',
    title: 'orderly restart of the broker',
    allows: UNWRITTEN,
    async play(stage) {
      const broker = stage.servers.redis ?? stage.servers.postgres;
      stage.load.start();
      await stage.midFlight();
      await broker.stop();
      await broker.restart();
      stage.over();
    },
  },
];
