import type { Stage } from '../harness/stage.js';
import { PLACES, type VendorName } from '../harness/vendor.js';
import type { TcpProxy } from '../../test/support/tcp-proxy.js';
import type { Scenario } from '../scenario.js';

/** Two accounts of one tenant: the second is for when the first is dead, and takes no repeats. */
const FIRST: VendorName = 'smtp';
const SECOND: VendorName = 'sendgrid';

/** Calls by which a vendor shows that it is the one that is used. */
const ENOUGH = 30;

interface Death {
  name: string;
  title: string;
  strike: (way: TcpProxy) => unknown;
  heal: (way: TcpProxy) => unknown;
}

/** How the first of two vendors dies: what two workers had at it is `unknown`, and stays with it. */
const DEATHS: Death[] = [
  { name: 'refused', title: 'refuses connections', strike: (way) => way.shut(), heal: (way) => way.open() },
  { name: 'silent', title: 'answers nothing', strike: (way) => way.freeze(), heal: thawEmpty },
];

/**
 * Recovered here means: without the first vendor, which comes back only when all that was accepted before has come to
 * its end.
 */
export const FAILOVER: Scenario[] = DEATHS.map(({ name, title, strike, heal }) => ({
  name: `failover-${name}`,
  title: `the first of two vendors ${title}, in the midst of load: the second takes over, until the first is back`,
  vendors: [FIRST, SECOND],
  allows: { unknown: 4 * PLACES },
  async play(stage) {
    const way = stage.servers.ways.vendor;
    await stage.world.startWorker();
    stage.load.start();
    await stage.midFlight();
    await strike(way);
    stage.over();
    try {
      await stage.until('the end of what was accepted before', () => isThrough(stage));
      await takenBy(stage, SECOND);
    } finally {
      await heal(way);
    }
    await takenBy(stage, FIRST);
  },
}));

/**
 * What hung on the way for longer than any caller waits is lost: else the vendor would see it now, and who called is
 * long gone.
 */
function thawEmpty(way: TcpProxy): void {
  way.reset();
  way.thaw();
}

/** Whether nothing is left of what was accepted before the first vendor died. */
async function isThrough({ servers, customer, overAt }: Stage): Promise<boolean> {
  const [row] = await servers.database.query<{ left: number }[]>(
    `SELECT count(*)::int AS left FROM message
     WHERE tenant_id = $1 AND created_at <= to_timestamp($2::float8 / 1000) AND status IN ('queued', 'processing',
       'sending')`,
    [customer.tenantId, overAt],
  );
  return row?.left === 0;
}

/** Waits until this vendor has taken some messages more. */
async function takenBy(stage: Stage, name: VendorName): Promise<void> {
  const taken = () => stage.calls.filter(({ vendor, outcome }) => vendor === name && outcome === 'accepted').length;
  const before = taken();
  await stage.until(`messages by ${name}`, async () => taken() >= before + ENOUGH);
}
