import { ACCEPT } from './accept/accept.js';
import { bullMq } from './baselines/bullmq.js';
import { graphileWorker, pgBoss } from './baselines/no-op-jobs.js';
import { plainWorker } from './baselines/plain-worker.js';
import { DRAINS } from './drain/drains.js';
import { rendering } from './floors/rendering.js';
import { statements } from './floors/statements.js';
import { GROWTH } from './growth/growth.js';
import { rates, type Section } from './harness/section.js';
import { fairness } from './latency/fairness.js';
import { latency } from './latency/latency.js';
import { idleMemory, workerMemory } from './memory/memory.js';

/** All that is measured, in this order. */
export const SECTIONS: readonly Section[] = [
  idleMemory,
  rates('drain', 'Drain: from `queued` to `sent`', 'messages/s', [
    ...DRAINS,
    bullMq('process', 'redis'),
    bullMq('process', 'postgres'),
    pgBoss,
    graphileWorker,
    plainWorker,
    statements,
    rendering,
  ]),
  rates('accept', 'Accept', 'messages/s', [
    ...ACCEPT,
    bullMq('add-bulk', 'redis'),
    bullMq('add-bulk', 'postgres'),
    { ...bullMq('add', 'redis'), onlyFull: true },
    { ...bullMq('add', 'postgres'), onlyFull: true },
  ]),
  latency,
  fairness,
  workerMemory,
  rates('growth', 'Growth', 'messages/s', GROWTH),
];
