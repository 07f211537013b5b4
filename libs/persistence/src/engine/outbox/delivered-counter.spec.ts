import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { DELIVERED_COUNTER } from '../../../../../test/support/delivered-counter.js';
import { TenantFactory } from '../../../../../test/support/factories.js';
import { sentSettlement } from '../../../../../test/support/settlements.js';
import { told } from '../../../../../test/support/told.js';
import { until } from '../../../../../test/support/until.js';
import { CallbackRepository } from '../callback.repository.js';
import { DeliveryRepository } from '../delivery.repository.js';
import { DeliveryEventRepository } from '../delivery-event.repository.js';
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

  /** Every one of them is sent, and then delivered and opened, as the vendor tells. */
  async function deliver(tenant: TenantFactory, ids: string[]): Promise<void> {
    const delivery = new DeliveryRepository(database.dataSource);
    const source = { provider: 'caller', connectionId: newId(), tenantId: tenant.tenantId };
    const { provider, connectionId } = source;
    const claimed = await delivery.claim('email', ids, 60_000);
    const held = claimed.map(({ id, fence }) => ({ id, fence, connectionId, connectionVersion: 1, provider }));
    await delivery.markSending(held, 60_000);
    await delivery.settle(held.map(({ id, fence }) => sentSettlement(id, fence)));
    const words = ids.flatMap((messageId) => [told('delivered', { messageId }), told('opened', { messageId })]);
    await new CallbackRepository(database.dataSource).note(source, words);
    await new DeliveryEventRepository(database.dataSource).apply(words.length);
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
    for (const [index, count] of [50, 20].entries()) {
      const tenant = tenants[index] as TenantFactory;
      await deliver(tenant, await accepted(tenant, count));
    }
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
