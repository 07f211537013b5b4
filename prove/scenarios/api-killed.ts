import { FAILPOINTS, type Failpoint } from '@outbell/shared/failpoints.js';
import type { Scenario } from '../scenario.js';
import type { Stage } from '../harness/stage.js';

const STEPS = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) => name.startsWith('accept.'));

/** kill -9 of the API around insert, commit and reply. Clients ask again under the same key, as clients do. */
const AROUND_ACCEPT: Scenario[] = STEPS.map((step) => ({
  name: `api-killed-${step.split('.')[1]}`,
  title: `kill -9 of the API when ${FAILPOINTS[step]}`,
  async play(stage) {
    const victim = await stage.world.startApi({ FAILPOINTS: `${step}=kill@${stage.chance.whole(3, 12)}` });
    stage.load.start();
    await stage.killed(victim);
    await serveAgain(stage);
  },
}));

export const API_KILLED: Scenario[] = [
  ...AROUND_ACCEPT,
  {
    name: 'api-killed-anywhere',
    title: 'kill -9 of the API at any moment',
    async play(stage) {
      stage.load.start();
      await stage.midFlight();
      await stage.world.api.kill();
      await serveAgain(stage);
    },
  },
];

async function serveAgain(stage: Stage): Promise<void> {
  const missed = stage.customer.unanswered;
  await stage.until('a client that was not answered', async () => stage.customer.unanswered > missed);
  await stage.world.startApi();
  stage.over();
}
