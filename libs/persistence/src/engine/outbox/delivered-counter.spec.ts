import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { DELIVERED_COUNTER } from '../../../../../test/support/delivered-counter.js';
import { TenantFactory } from '../../../../../test/support/factories.js';
import { happen } from '../../../../../test/support/outbox-steps.js';
import { until } from '../../../../../test/support/until.js';
import { MessageIntakeRepository } from '../message-intake.repository.js';
import { SubscriberRegistry } from './subscriber-registry.js';

const READER = fileURLToPath(new URL('../../../../../test/support/outbox-reader.process.ts', import.meta.url));
const BATCH = 7;

type Stage = 'ready' | 'counted' | 'ended';

/** A reader as a process of its own. It stands still at each stage until it is told to go on. */
class Reader {
  private readonly process: ChildProcess;
  private readonly stages: Stage[] = [];

  constructor(url: string) {
    this.process = fork(READER, [url, String(BATCH)], { execArgv: ['--import', 'tsx'] });
    this.process.on('message', (stage: Stage) => this.stages.push(stage));
  }

  /** Waits until it has got so far. */
  async reach(wanted: Stage): Promise<void> {
    for (;;) {
      const stage = await until(() => Promise.resolve(this.stages.shift()), 45_000);
      if (stage === wanted) return;
      this.go();
    }
  }

  go(): void {
    this.process.send('go');
  }

  /** Lets it go on, and stand still no more. */
  run(): void {
    this.process.on('message', () => this.go());
    this.go();
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }
}

describe('a new subscriber that counts what was delivered', { timeout: 90_000 }, () => {
  let database: TestDatabase;
  let tenants: TenantFactory[];
  let readers: Reader[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const { dataSource } = database;
    await dataSource.query('CREATE TABLE delivered_count (tenant_id uuid PRIMARY KEY, count int NOT NULL)');
    tenants = [await TenantFactory.create(dataSource), await TenantFactory.create(dataSource)];
    readers = Array.from({ length: 5 }, () => new Reader(database.url));
  });
  afterAll(async () => {
    await Promise.all(readers.map((reader) => reader.kill()));
    await database.drop();
  });

  /** Accepts messages where the new subscriber is one of the list. */
  async function accepted(tenant: TenantFactory, count: number): Promise<string[]> {
    const intake = new MessageIntakeRepository(database.dataSource, new SubscriberRegistry([DELIVERED_COUNTER]));
    const messages = Array.from({ length: count }, () => tenant.newMessage());
    await intake.insert(messages);
    return messages.map(({ id }) => id);
  }

  async function counts(): Promise<number[]> {
    const rows = await database.dataSource.query<{ count: number }[]>(
      `SELECT count FROM unnest($1::uuid[]) WITH ORDINALITY AS t (tenant_id, n)
       JOIN delivered_count USING (tenant_id) ORDER BY n`,
      [tenants.map(({ tenantId }) => tenantId)],
    );
    return rows.map(({ count }) => count);
  }

  it('counts each exactly once, whenever its workers are killed', async () => {
    const ids = [await accepted(tenants[0]!, 50), await accepted(tenants[1]!, 20)].flat();
    for (const type of ['sent', 'delivered', 'opened'] as const) await happen(database.dataSource, ids, type);
    const [first, second, third, fourth, last] = readers as [Reader, Reader, Reader, Reader, Reader];
    await Promise.all(readers.map((reader) => reader.reach('ready')));

    // It has counted, and its transaction has not ended: nothing counts.
    first.go();
    await first.reach('counted');
    await first.kill();
    expect(await counts()).toEqual([]);

    // It has ended: what it counted is not handed over again.
    second.go();
    await second.reach('ended');
    await second.kill();
    expect(await counts()).toEqual([expect.any(Number)]);

    // At some moment while its transaction ends, and while another waits for its turn.
    third.go();
    await third.reach('counted');
    fourth.run();
    third.go();
    await third.kill();
    await fourth.kill();

    last.run();
    await until(
      async () => (await database.dataSource.query<object[]>('SELECT FROM outbox LIMIT 1')).length === 0,
      45_000,
    );
    expect(await counts()).toEqual([50, 20]);
  });
});
