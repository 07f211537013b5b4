import { setTimeout as pause } from 'node:timers/promises';
import type { BuiltApp } from '../../test/support/built-app.js';
import type { Bench } from '../harness/bench.js';
import type { Section } from '../harness/section.js';
import { spread } from '../harness/statistics.js';
import { FrozenApp } from '../installation/frozen-app.js';
import { Installation } from '../installation/installation.js';
import { insertReceipts } from '../installation/messages.js';
import type { Figure } from '../report/figure.js';
import { residentMb, togetherMb } from './process-memory.js';

/** When everything is weighed: just started, in seconds, … */
const STARTED_S = 10;

/**
 * … and once it idles, for which --quick has no time. V8 gives back what the start left only when it has seen little
 * happen for half a minute to a minute.
 */
const IDLE_S = 90;

/** How often health is asked for meanwhile, as docker-compose.yml does. In s. */
const PROBE_S = 5;

/** The messages of the long drain, and how often the worker is weighed. */
const MESSAGES: [full: number, quick: number] = [1_000_000, 36_000];
const WEIGHINGS = 12;

/**
 * After which weighings it is asked what it keeps. Its resident memory says only how long ago V8 has collected: it lies
 * anywhere between 190 and 450 MB, as its old generation fills with garbage of about 25,000 messages before that is
 * worth a collection.
 */
const KEPT_AFTER = [WEIGHINGS / 3, WEIGHINGS];

/** Delivered before, so that all code is compiled and all caches are filled. */
const WARM_UP: [full: number, quick: number] = [50_000, 10_000];

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

/** api, worker and PostgreSQL (which also carries the queue), with nothing to do but to say that they are well. */
async function weighInstallation(bench: Bench): Promise<Figure[]> {
  const installation = await Installation.make(bench, 'postgres');
  try {
    const apps = [await installation.start('api'), await installation.start('worker')];
    const [api = 0, worker = 0] = apps.map(({ process }) => process.pid);
    const postgres = bench.servers.postgresPid;
    const whole = () => togetherMb([[api, worker], [postgres]]);
    await idle(apps, STARTED_S);
    const started = whole();
    const figures = [weighed('memory-started', `the whole, ${STARTED_S} s after the start`, started)];
    if (bench.options.quick) return figures;
    await idle(apps, IDLE_S - STARTED_S);
    return [
      ...figures,
      weighed('memory-idle-api', 'api (RSS)', residentMb(api)),
      weighed('memory-idle-worker', 'worker (RSS)', residentMb(worker)),
      weighed('memory-idle-postgres', 'PostgreSQL with all its processes, shared pages once', togetherMb([[postgres]])),
      weighed('memory-idle', 'the whole: api + worker + PostgreSQL, shared pages once', whole()),
    ];
  } finally {
    await installation.close();
  }
}

async function idle(apps: BuiltApp[], seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += PROBE_S) {
    await pause(PROBE_S * 1_000);
    for (const app of apps) if (!(await app.ready())) throw new Error(`${app.name} is not ready:\n${app.log}`);
  }
}

/** One worker that delivers and delivers, to an in-process provider. */
async function weighWorker(bench: Bench): Promise<Figure[]> {
  const installation = await Installation.make(bench, 'redis');
  const tenants = await installation.makeTenants(10, { provider: 'in-process', credentials: {} });
  const share = Math.ceil(bench.size(...MESSAGES) / WEIGHINGS);
  const weights: number[] = [];
  const kept: number[] = [];
  try {
    await insertReceipts(installation.dataSource, tenants, tenants.length, 'first');
    const worker = await FrozenApp.start(installation, 'bench-worker', () => installation.allSettled());
    const deliver = async (count: number, name: string) => {
      await installation.empty();
      await insertReceipts(installation.dataSource, tenants, count, name);
      worker.thaw();
      while (!(await installation.allSettled())) await pause(50);
      await worker.freeze();
    };
    await deliver(bench.size(...WARM_UP), 'warm-up');
    for (let part = 0; part < WEIGHINGS; part++) {
      await deliver(share, `part-${part}`);
      weights.push(residentMb(worker.pid));
      bench.say(`  ${(part + 1) * share} messages: ${Math.round(weights.at(-1) ?? 0)} MB`);
      if (KEPT_AFTER.includes(part + 1)) kept.push(await worker.keptMb());
    }
  } finally {
    await installation.close();
  }
  const title = `worker while it delivers ${share * WEIGHINGS} messages (RSS)`;
  const [first = NaN, last = NaN] = kept;
  return [
    { name: 'memory-worker', title, unit: 'MB', rounds: WEIGHINGS, ...spread(weights) },
    weighed('memory-worker-kept', 'the same: what it still keeps at the end, its garbage collected', last),
    { ...weighed('memory-worker-growth', 'the same: kept at the end ÷ after a third', last / first), unit: '' },
  ];
}

function weighed(name: string, title: string, value: number): Figure {
  return { name, title, unit: 'MB', rounds: 1, ...spread([value]) };
}
