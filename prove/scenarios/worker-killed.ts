import { FAILPOINTS, type Failpoint } from '@outbell/shared/failpoints.js';
import { PLACES } from '../harness/vendor.js';
import type { Scenario } from '../scenario.js';

/** What one worker can take with it: the messages at the vendor, and as many answers that are not yet written down. */
export const AT_ONE_WORKER = { unknown: 3 * PLACES };

/** Up to here a failpoint is reached once for a batch: seldom. From then on, once for a message. */
const BATCH_STEPS = new Set<Failpoint>(['delivery.claimed', 'delivery.slotted', 'delivery.rendered']);

const STEPS = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) => name.startsWith('delivery.'));

/** kill -9 of a worker after each step of a delivery. */
const AFTER_STEPS: Scenario[] = STEPS.map((step) => ({
  name: `worker-killed-${step.split('.')[1]}`,
  title: `kill -9 of a worker when ${FAILPOINTS[step]}`,
  allows: AT_ONE_WORKER,
  async play(stage) {
    const at = stage.chance.whole(1, BATCH_STEPS.has(step) ? 4 : 30);
    const victim = await stage.world.startWorker({ FAILPOINTS: `${step}=kill@${at}` });
    stage.load.start();
    await stage.killed(victim);
    stage.over();
  },
}));

export const WORKER_KILLED: Scenario[] = [
  ...AFTER_STEPS,
  {
    name: 'worker-killed-anywhere',
    title: 'kill -9 of a worker at any moment',
    allows: AT_ONE_WORKER,
    async play(stage) {
      const victim = await stage.world.startWorker();
      stage.load.start();
      await stage.midFlight();
      await victim.kill();
      stage.over();
    },
  },
  {
    name: 'steps-fail',
    title: 'steps of a delivery fail as a whole, each in turn',
    async play(stage) {
      const steps = ['delivery.claimed', 'delivery.slotted', 'delivery.rendered', 'delivery.placed'];
      const points = steps.map((step) => `${step}=throw@${stage.chance.whole(1, 3)}`);
      const victim = await stage.world.startWorker({ FAILPOINTS: points.join(',') });
      stage.load.start();
      const failed = (step: string) => victim.log.includes(`failpoint ${step}`);
      await stage.until('the failure of every step', async () => steps.every(failed));
      stage.over();
    },
  },
];
