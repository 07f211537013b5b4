import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../harness/bench.js';
import type { Section } from '../harness/section.js';
import { median, spread } from '../harness/statistics.js';
import { FrozenApp } from '../installation/frozen-app.js';
import { Installation } from '../installation/installation.js';
import { insertReceipts } from '../installation/messages.js';
import type { Figure } from '../report/figure.js';
import { residentMb, togetherMb } from './process-memory.js';

/** How long everything idles before it is weighed, in ms: a collection of garbage or two. */
const IDLE_MS = 10_000;

/** The messages of the long drain, and after how many the worker is weighed. */
const MESSAGES: [full: number, quick: number] = [1_000_000, 36_000];
const WEIGHINGS = 12;

/** Comes first: later, PostgreSQL's buffers hold what others have left there. */
export const idleMemory: Section = {
  name: 'idle',
  title: 'Memory of an idle installation',
  measures: ['memory-idle'],
  run: weighInstallation,
};

export const workerMemory: Section = {
  name: 'memory',
  title: 'Memory of a worker at work',
  measures: ['memory-worker'],
  run: weighWorker,
};

/** api, worker and PostgreSQL (which also carries the queue), just started, with nothing to do. */
async function weighInstallation(bench: Bench): Promise<Figure[]> {
  const installation = await Installation.make(bench, 'postgres');
  try {
    const [api, worker] = [await installation.start('api'), await installation.start('worker')];
    await pause(IDLE_MS);
    const nodes = [api.process.pid ?? 0, worker.process.pid ?? 0] as const;
    const postgres = [bench.servers.postgresPid];
    return [
      weighed('memory-idle-api', 'api (RSS)', residentMb(nodes[0])),
      weighed('memory-idle-worker', 'worker (RSS)', residentMb(nodes[1])),
      weighed('memory-idle-postgres', 'PostgreSQL with all its processes, shared pages once', togetherMb([postgres])),
      weighed(
        'memory-idle',
        'the whole: api + worker + PostgreSQL, shared pages once',
        togetherMb([[...nodes], postgres]),
      ),
    ];
  } finally {
    await installation.close();
  }
}

/** One worker that delivers and delivers, to an in-process provider. */
async function weighWorker(bench: Bench): Promise<Figure[]> {
  const installation = await Installation.make(bench, 'redis');
  const tenants = await installation.makeTenants(10, { provider: 'in-process', credentials: {} });
  const share = Math.ceil(bench.size(...MESSAGES) / WEIGHINGS);
  const weights: number[] = [];
  try {
    await insertReceipts(installation.dataSource, tenants, tenants.length, 'first');
    const worker = await FrozenApp.start(installation, 'bench-worker', () => installation.allSettled());
    for (let part = 0; part < WEIGHINGS; part++) {
      await installation.empty();
      await insertReceipts(installation.dataSource, tenants, share, `part-${part}`);
      worker.thaw();
      while (!(await installation.allSettled())) await pause(50);
      await worker.freeze();
      weights.push(residentMb(worker.pid));
      bench.say(`  ${(part + 1) * share} messages: ${Math.round(weights.at(-1) ?? 0)} MB`);
    }
  } finally {
    await installation.close();
  }
  const third = WEIGHINGS / 3;
  const growth = median(weights.slice(-third)) / median(weights.slice(0, third));
  const title = `worker while it delivers ${share * WEIGHINGS} messages (RSS)`;
  return [
    { name: 'memory-worker', title, unit: 'MB', rounds: WEIGHINGS, ...spread(weights) },
    { ...weighed('memory-worker-growth', 'the same: last third ÷ first third', growth), unit: '' },
  ];
}

function weighed(name: string, title: string, value: number): Figure {
  return { name, title, unit: 'MB', rounds: 1, ...spread([value]) };
}
