import { DeliveryRepository, type Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { chunk } from '@outbell/shared/grouping.js';
import type { Watched } from '../harness/cpu-time.js';
import type { Entry } from '../harness/section.js';
import type { Sample, Subject } from '../harness/subject.js';
import { Installation } from '../installation/installation.js';
import { insertReceipts } from '../installation/messages.js';
import type { Tenant } from '../installation/tenants.js';

const name = 'floor-statements';
const TENANTS = 10;
const BATCH_SIZE = 100;
/** Batches at once, as a worker has them. */
const AT_ONCE = 4;
const LEASE_MS = 30_000;

/**
 * What PostgreSQL alone takes for a delivery: the three statements, with nothing between them. No worker is faster than
 * that.
 */
class Statements implements Subject {
  readonly name = name;
  readonly title = 'Floor: the statements of a delivery alone (claim, mark, result)';
  readonly processes: Watched[] = [{ label: 'worker', pid: process.pid }];
  private readonly repository: DeliveryRepository;
  private round = 0;
  private ids: string[] = [];

  constructor(
    private readonly installation: Installation,
    private readonly tenants: Tenant[],
    private readonly count: number,
  ) {
    this.repository = new DeliveryRepository(installation.dataSource);
  }

  async prepare(): Promise<void> {
    const { installation, tenants, count } = this;
    await installation.empty();
    await insertReceipts(installation.dataSource, tenants, count, `round-${this.round++}`);
    await installation.settle();
    const rows = await installation.dataSource.query<{ id: string }[]>('SELECT id FROM message ORDER BY id');
    this.ids = rows.map(({ id }) => id);
  }

  async run(): Promise<Sample> {
    const batches = chunk(this.ids, BATCH_SIZE).values();
    const began = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.deliverAll(batches)));
    const seconds = (performance.now() - began) / 1_000;
    if (!(await this.installation.allSettled())) throw new Error(`${this.title}: not all are settled`);
    return { count: this.count, seconds };
  }

  close(): Promise<void> {
    return this.installation.close();
  }

  /** Several take batches of the same ones. */
  private async deliverAll(batches: Iterable<string[]>): Promise<void> {
    for (const ids of batches) await this.deliver(ids);
  }

  private async deliver(ids: string[]): Promise<void> {
    const claimed = await this.repository.claim('email', ids, LEASE_MS);
    const starts = claimed.map(({ id, fence }) => ({
      id,
      fence,
      connectionId: null,
      connectionVersion: null,
      provider: 'none',
    }));
    const attempts = await this.repository.markSending(starts, LEASE_MS);
    await this.repository.settle(starts.map(({ id, fence }) => sent(id, fence, attempts.get(id) ?? null)));
  }
}

function sent(id: string, fence: number, attempt: number | null): Settlement {
  return {
    id,
    fence,
    status: 'sent',
    event: 'sent',
    outcome: 'sent',
    reason: null,
    detail: null,
    attempt,
    calledMsAgo: 0,
    providerMessageId: id,
    dueAfterMs: null,
    slotGraceMs: null,
    suppress: null,
    permitAt: null,
    listener: null,
  };
}

export const statements: Entry = {
  name,
  async make(bench) {
    const installation = await Installation.make(bench, 'postgres');
    const tenants = await installation.makeTenants(TENANTS, { provider: 'none', credentials: {} });
    return new Statements(installation, tenants, bench.size(20_000, 8_000));
  },
};
