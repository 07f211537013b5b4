import { CRASH_LIMIT } from '@outbell/planning/crash-limit.js';
import type { BuiltApp } from '../../test/support/built-app.js';
import { preload } from '../../test/support/preload.js';
import { PLACES } from '../harness/customer.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

/** Whoever claims a message to this recipient dies at once: `preload('deadly-message')`. */
const DEADLY = 'deadly@example.org';

export const DEADLY_MESSAGE: Scenario[] = [
  {
    name: 'deadly-message',
    title: `a message that kills its worker is dead after ${CRASH_LIMIT}, and those beside it are sent`,
    allows: { failed: 1, unknown: CRASH_LIMIT * PLACES },
    async play(stage) {
      await stage.world.retireSteadyWorker();
      const supervised = [await mortal(stage), await mortal(stage)];
      stage.load.start();
      await stage.load.one(DEADLY);
      await stage.load.finish(100);
      const deaths = await supervise(stage, supervised);
      stage.over();
      if (deaths !== CRASH_LIMIT) throw new Error(`${deaths} workers died of it, not ${CRASH_LIMIT}`);
    },
  },
];

function mortal({ world }: Stage): Promise<BuiltApp> {
  return world.startWorker(preload('deadly-message'));
}

/** Starts another for each that dies, as a supervisor does, until the message is given up. @returns how many died */
async function supervise(stage: Stage, workers: BuiltApp[]): Promise<number> {
  let deaths = 0;
  await stage.until('the end of the deadly message', async () => {
    const dead = workers.findIndex(({ running }) => !running);
    if (dead < 0) return isGivenUp(stage);
    deaths += 1;
    workers[dead] = await mortal(stage);
    return false;
  });
  return deaths;
}

async function isGivenUp({ servers, customer }: Stage): Promise<boolean> {
  const [row] = await servers.database.query<{ status: string; reason: string }[]>(
    `SELECT status, reason FROM message WHERE tenant_id = $1 AND recipient = $2`,
    [customer.tenantId, DEADLY],
  );
  return row?.status === 'failed' && row.reason === 'worker_lost';
}
