import { SendGridProvider } from '@outbell/providers/sendgrid/sendgrid.provider.js';
import { FAILPOINTS, type Failpoint } from '@outbell/shared/failpoints.js';
import { TcpProxy } from '../../test/support/tcp-proxy.js';
import type { Stage } from '../harness/stage.js';
import type { Scenario } from '../scenario.js';

/** A vendor that tells what became of messages, by signed callbacks. */
const VENDORS = ['sendgrid'] as const;

/** Between a message and its first report, and between two, in ms. */
const SOON_MS = 200;
/** Later than any run lasts: it is told when all leases have ended. */
const LATE_MS = 600_000;

const STEPS = (Object.keys(FAILPOINTS) as Failpoint[]).filter((name) => name.startsWith('evidence.'));

/** Calls of a worker that is killed. */
const MARKED = { unknown: SendGridProvider.concurrency() };

const WHILE_APPLYING: Scenario[] = STEPS.map((step) => ({
  name: `receipts-${step.split('.')[1]}`,
  title: `receipts: kill -9 of a worker when ${FAILPOINTS[step]}`,
  vendors: VENDORS,
  allows: MARKED,
  play: (stage) =>
    whileReporting(stage, SOON_MS, async () => {
      const victim = await stage.world.startWorker({ FAILPOINTS: `${step}=kill@${stage.chance.whole(1, 5)}` });
      stage.load.start();
      await stage.killed(victim);
      stage.over();
    }),
}));

export const RECEIPTS: Scenario[] = [
  {
    name: 'receipts-api-killed',
    title: 'receipts: kill -9 of the API; the vendor tells again what was not answered',
    vendors: VENDORS,
    play: (stage) =>
      whileReporting(stage, SOON_MS, async (way) => {
        stage.load.start();
        await stage.midFlight();
        await stage.world.api.kill();
        const { vendor } = stage.servers;
        const isMissed = async () => [...(await vendor.reports()).values()].flat().some(({ attempts }) => attempts > 1);
        await stage.until('a receipt that was not answered and is told again', isMissed);
        way.leadTo((await stage.world.startApi()).url);
        stage.over();
        await stage.load.finish(stage.messages);
        // The sandbox gives up after seconds, where vendors try for hours. What had been answered before is told twice.
        await vendor.report('delivered', new Set(stage.load.accepted.values()));
      }),
  },
  ...WHILE_APPLYING,
  {
    name: 'receipts-resolve',
    title: 'receipts: they tell what became of messages whose worker was killed when the vendor had answered',
    vendors: VENDORS,
    allows: MARKED,
    play: (stage) =>
      whileReporting(stage, LATE_MS, async () => {
        const at = stage.chance.whole(1, 30);
        const victim = await stage.world.startWorker({ FAILPOINTS: `delivery.called=kill@${at}` });
        stage.load.start();
        await stage.killed(victim);
        stage.over();
        await stage.load.finish(stage.messages);
        await stage.until('a message that is unknown', async () => (await countOf(stage, 'unknown')) > 0);
        await stage.until(
          'an end of the others',
          async () => (await countOf(stage, 'sent', 'unknown')) === stage.load.accepted.size,
        );
        await stage.servers.vendor.report('delivered', new Set(stage.load.accepted.values()));
      }),
  },
];

/** Plays while the vendor reports, and waits until all that it told is applied. */
async function whileReporting(stage: Stage, delayMs: number, play: (way: TcpProxy) => Promise<void>): Promise<void> {
  const { vendor } = stage.servers;
  const way = await TcpProxy.to(stage.world.api.url);
  try {
    await vendor.reportTo(`${way.url}callbacks/sendgrid/${stage.customer.connections.get('sendgrid')}`, delayMs);
    await play(way);
    await stage.load.finish(stage.messages);
    await stage
      .until('the delivery of every message that the vendor took', () => isAllTold(stage))
      .catch(async (error: unknown) => {
        throw new Error(`${String(error)}; ${await whatIsOpen(stage)}`, { cause: error });
      });
    await expectApplied(stage);
  } finally {
    await vendor.reportNothing();
    await way.shut();
  }
}

async function countOf({ servers, customer }: Stage, ...statuses: string[]): Promise<number> {
  const [row] = await servers.database.query<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM message WHERE tenant_id = $1 AND status = ANY($2)`,
    [customer.tenantId, statuses],
  );
  return row?.count ?? 0;
}

/**
 * A worker that is killed may leave some marked that never came to the vendor: nobody will ever tell anything of these.
 */
async function isAllTold(stage: Stage): Promise<boolean> {
  if ((await countOf(stage, 'delivered', 'unknown')) < stage.load.accepted.size) return false;
  const { servers, customer } = stage;
  const open = await servers.database.query<{ id: string }[]>(
    `SELECT id FROM message WHERE tenant_id = $1 AND status = 'unknown'`,
    [customer.tenantId],
  );
  if (open.length === 0) return true;
  const reports = await servers.vendor.reports();
  return open.every(({ id }) => !reports.has(id));
}

/**
 * What stands between the messages and their delivery: their statuses, receipts that are not applied, and what the
 * vendor was answered.
 */
async function whatIsOpen({ servers, customer, load }: Stage): Promise<string> {
  const open = await servers.database.query<{ id: string; status: string }[]>(
    `SELECT id, status FROM message WHERE tenant_id = $1 AND status <> 'delivered'`,
    [customer.tenantId],
  );
  const waiting = await servers.database.query<{ state: string; count: number }[]>(
    `SELECT state, count(*)::int AS count FROM delivery_event WHERE connection_id = ANY($1) GROUP BY state`,
    [[...customer.connections.values()]],
  );
  const reports = await servers.vendor.reports();
  const told = open.slice(0, 5).map(({ id, status }) => ({ id, status, told: reports.get(id) ?? 'nothing' }));
  return JSON.stringify({ accepted: load.accepted.size, open: open.length, events: waiting, first: told });
}

/** Every receipt that the API answered with 200 is told in the timeline of its message, once. */
async function expectApplied({ servers, load }: Stage): Promise<void> {
  const ids = [...load.accepted.values()];
  const rows = await servers.database.query<{ id: string; times: number }[]>(
    `SELECT message_id AS id, count(*)::int AS times FROM message_event
     WHERE message_id = ANY($1) AND type = 'delivered' GROUP BY message_id`,
    [ids],
  );
  const times = new Map(rows.map((row) => [row.id, row.times]));
  const reports = await servers.vendor.reports();
  const answered = ids.filter((id) =>
    reports.get(id)?.some(({ kind, status }) => kind === 'delivered' && status === 200),
  );
  if (answered.length === 0) throw new Error('the API answered no receipt');
  const wrong = answered.filter((id) => times.get(id) !== 1);
  if (wrong.length > 0) throw new Error(`${wrong.length} receipts were answered and not applied once: ${wrong[0]}`);
}
