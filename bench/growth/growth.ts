import { Drain } from '../drain/drain.js';
import type { Bench } from '../harness/bench.js';
import type { Entry } from '../harness/section.js';
import { Installation } from '../installation/installation.js';
import { insertReceipts } from '../installation/messages.js';
import { multiply } from './history.js';

/** Messages of a round. */
const COUNT: [full: number, quick: number] = [10_000, 4_000];

/** So many are really sent; the others are copies of them. */
const SENT = 10_000;

const TENANTS = 10;
const VENDOR = { provider: 'in-process', credentials: {} };

/** The same deliveries beside ever more messages that were sent before. */
const ROWS: Entry[] = [10_000, 100_000, 1_000_000].map((rows) => ({
  name: `growth-drain-rows-${rows}`,
  onlyFull: rows > 100_000,
  async make(bench) {
    const installation = await Installation.make(bench, 'redis');
    const tenants = await installation.makeTenants(TENANTS, VENDOR);
    await insertReceipts(installation.dataSource, tenants, SENT, 'history');
    const title = `Outbell: whole delivery, ${rows.toLocaleString('en-US')} messages in the table before`;
    const drain = await Drain.start({ ...common(bench, installation), name: this.name, title, tenants });
    if (rows > SENT) await multiply(installation.dataSource, rows / SENT - 1);
    await installation.keep();
    return drain;
  },
}));

/** The same messages of ever more tenants, each with senders, a connection and a template of its own. */
const TENANCY: Entry[] = [1, 10_000].map((count) => ({
  name: `growth-drain-tenants-${count}`,
  async make(bench) {
    const installation = await Installation.make(bench, 'redis');
    const tenants = await installation.makeTenants(count, VENDOR);
    const title = `Outbell: whole delivery, ${count.toLocaleString('en-US')} ${count === 1 ? 'tenant' : 'tenants'}`;
    return Drain.start({ ...common(bench, installation), name: this.name, title, tenants });
  },
}));

export const GROWTH: Entry[] = [...ROWS, ...TENANCY];

function common(bench: Bench, installation: Installation) {
  return { count: bench.size(...COUNT), installation, sink: null };
}
