import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { BuiltApp } from '../../test/support/built-app.js';
import { FAILPOINTS, type Failpoint } from '@outbell/shared/failpoints.js';
import type { Stage } from '../harness/stage.js';
import { REACH_MS } from '../harness/times.js';
import type { Scenario } from '../scenario.js';
import { AT_ONE_WORKER } from './worker-killed.js';

/** Where a worker that sleeps believes something that is no longer true when it wakes. */
const STEPS: Failpoint[] = ['delivery.claimed', 'delivery.placed', 'delivery.marked', 'delivery.called'];

/** SIGSTOP, and SIGCONT when all it held has passed into other hands. */
const AT_STEPS: Scenario[] = STEPS.map((step) => ({
  name: `worker-stopped-${step.split('.')[1]}`,
  title: `a worker stands still beyond its leases when ${FAILPOINTS[step]}`,
  allows: AT_ONE_WORKER,
  async play(stage) {
    const at = stage.chance.whole(1, step === 'delivery.claimed' ? 4 : 30);
    const sleeper = await stage.world.startWorker({ FAILPOINTS: `${step}=stop@${at}` });
    stage.load.start();
    await stage.until('a worker that stands still', async () => standsStill(sleeper));
    await wakeLate(stage, sleeper);
  },
}));

export const WORKER_STOPPED: Scenario[] = [
  ...AT_STEPS,
  {
    name: 'worker-stopped-anywhere',
    title: 'a worker stands still beyond its leases, from any moment on',
    allows: AT_ONE_WORKER,
    async play(stage) {
      const sleeper = await stage.world.startWorker();
      stage.load.start();
      await stage.midFlight();
      sleeper.process.kill('SIGSTOP');
      await wakeLate(stage, sleeper);
    },
  },
];

async function wakeLate(stage: Stage, sleeper: BuiltApp): Promise<void> {
  await pause(REACH_MS + stage.chance.whole(500, 2_000));
  sleeper.process.kill('SIGCONT');
  stage.over();
  // It is well, and goes on as any other.
  if ((await sleeper.stop()) !== 0) throw new Error('the worker that had stood still did not end in order');
}

function standsStill({ process: { pid } }: BuiltApp): boolean {
  return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T');
}
