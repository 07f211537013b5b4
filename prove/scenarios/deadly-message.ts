import { LOST_LEASE_LIMIT } from '@outbell/planning/lost-lease-limit.js';
import { preload } from '../../test/support/preload.js';
import { PLACES } from '../harness/vendor.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

/** Whoever claims a message to this recipient dies at once: `preload('deadly-message')`. */
const DEADLY = 'deadly@example.org';

export const DEADLY_MESSAGE: Scenario[] = [
  {
    name: 'deadly-message',
    title: `a message that kills its worker is dead after ${LOST_LEASE_LIMIT}, and those beside it are sent`,
    long: true,
    allows: { failed: 1, unknown: LOST_LEASE_LIMIT * PLACES },
    async play(stage) {
      await stage.world.retireSteadyWorker();
      // As many as it may kill, and one that is left: no time is lost with starting others.
      const started = Array.from({ length: LOST_LEASE_LIMIT + 1 }, () =>
        stage.world.startWorker(preload('deadly-message')),
      );
      const workers = await Promise.all(started);
      stage.load.start();
      await stage.load.one(DEADLY);
      await stage.until('the end of the deadly message', () => isGivenUp(stage));
      stage.over();
      const deaths = workers.filter(({ process }) => process.signalCode === 'SIGKILL').length;
      if (deaths !== LOST_LEASE_LIMIT) throw new Error(`${deaths} workers died of it, not ${LOST_LEASE_LIMIT}`);
    },
  },
];

async function isGivenUp({ servers, customer }: Stage): Promise<boolean> {
  const [row] = await servers.database.query<{ status: string; reason: string }[]>(
    `SELECT status, reason FROM message WHERE tenant_id = $1 AND recipient = $2`,
    [customer.tenantId, DEADLY],
  );
  return row?.status === 'failed' && row.reason === 'worker_lost';
}
