import { startLoad } from '../accept/accept.js';
import { Drain } from '../drain/drain.js';
import type { Bench } from '../harness/bench.js';
import type { Entry } from '../harness/section.js';
import type { Subject } from '../harness/subject.js';
import { Installation } from '../installation/installation.js';
import { insertReceipts } from '../installation/messages.js';
import type { Tenant } from '../installation/tenants.js';
import { markSent, multiply } from './history.js';

/** Messages of a round of deliveries, and requests of a hundred messages in a round of accepts. */
const COUNT: [full: number, quick: number] = [10_000, 4_000];
const REQUESTS: [full: number, quick: number] = [150, 50];
const BATCH = { path: '/v1/messages/batch', size: 100, connections: 4 };

/** So many were written one by one; the others are copies of them. */
const WRITTEN = 10_000;

const TENANTS = 10;
const VENDOR = { provider: 'in-process', credentials: {} };

/** A database that has grown in one respect. */
interface Grown {
  name: string;
  title: string;
  onlyFull?: boolean;
  grow(installation: Installation): Promise<Tenant[]>;
}

/** Ever more messages that were sent before. */
const ROWS: Grown[] = [10_000, 100_000, 1_000_000].map((rows) => ({
  name: `rows-${rows}`,
  title: `${rows.toLocaleString('en-US')} messages in the table before`,
  onlyFull: true,
  async grow(installation) {
    const tenants = await installation.makeTenants(TENANTS, VENDOR);
    await insertReceipts(installation.dataSource, tenants, WRITTEN, 'history');
    await markSent(installation.dataSource);
    if (rows > WRITTEN) await multiply(installation.dataSource, rows / WRITTEN - 1);
    await installation.keep();
    return tenants;
  },
}));

/** Ever more tenants, each with senders, a connection, a template and a key of its own. */
const TENANCY: Grown[] = [1, 10_000].map((count) => ({
  name: `tenants-${count}`,
  title: count === 1 ? 'one tenant' : `${count.toLocaleString('en-US')} tenants`,
  grow: (installation) => installation.makeTenants(count, VENDOR),
}));

/** Deliveries to an in-process provider, and accepts in batches, in databases that differ in one respect only. */
export const GROWTH: Entry[] = [...ROWS, ...TENANCY].flatMap((grown) => [
  entry('drain', grown, (bench, common) => Drain.start({ ...common, count: bench.size(...COUNT), sink: null })),
  entry('accept', grown, (bench, common) =>
    startLoad({ ...common, app: 'api', shape: { ...BATCH, requests: bench.size(...REQUESTS) } }),
  ),
]);

interface Common {
  name: string;
  title: string;
  installation: Installation;
  tenants: Tenant[];
}

function entry(
  what: 'drain' | 'accept',
  { name, title, onlyFull = false, grow }: Grown,
  start: (bench: Bench, common: Common) => Promise<Subject>,
): Entry {
  const common = {
    name: `growth-${what}-${name}`,
    title: `Outbell: ${what === 'drain' ? 'whole delivery' : 'accept by 100'}, ${title}`,
  };
  return {
    name: common.name,
    onlyFull,
    async make(bench) {
      const installation = await Installation.make(bench, 'redis');
      return start(bench, { ...common, installation, tenants: await grow(installation) });
    },
  };
}
