import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { DispatchRepository, type Semaphore } from './dispatch.repository.js';

const NORMAL: Semaphore = { channel: 'email', priority: 2 };
const LATER = 30_000;

describe('DispatchRepository', () => {
  let database: TestDatabase;
  let repository: DispatchRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new DispatchRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  beforeEach(() => database.dataSource.query('TRUNCATE message, message_schedule'));
  afterAll(() => database.drop());

  it('takes the longest-due first, and each once', async () => {
    const [second, first] = await tenant.messages(2);
    await tenant.set(first as string, { run_at: new Date(Date.now() - 60_000) });
    await tenant.messages(1, { dueAt: new Date(Date.now() + 60_000) });
    expect(await repository.takeOldest(NORMAL, 1, LATER)).toEqual([{ id: first, isolate: false }]);
    expect(await repository.takeOldest(NORMAL, 10, LATER)).toEqual([{ id: second, isolate: false }]);
    expect(await repository.takeOldest(NORMAL, 10, LATER)).toEqual([]);
  });

  it('takes again what led to nothing', async () => {
    const [id] = await tenant.messages(1);
    await repository.takeOldest(NORMAL, 10, 0);
    expect(await repository.takeOldest(NORMAL, 10, LATER)).toEqual([{ id, isolate: false }]);
  });

  it('waits longer for what was published before, if told to; not for what crashed or is new', async () => {
    const [slow, crashed] = (await tenant.messages(2)) as [string, string];
    await repository.takeOldest(NORMAL, 10, 0);
    await tenant.set(crashed, { isolate: true });
    const [fresh] = await tenant.messages(1);
    const ids = (taken: { id: string }[]) => taken.map(({ id }) => id).sort();
    expect(ids(await repository.takeOldest(NORMAL, 10, 0, LATER))).toEqual([crashed, fresh].sort());
    const from = () => repository.takeFrom(NORMAL, [tenant.tenantId], 10, 0, LATER);
    expect(ids(await from())).toEqual([crashed]);
    await tenant.set(slow, { run_at: new Date(Date.now() - LATER) });
    expect(ids(await from())).toEqual([slow, crashed].sort());
  });

  it('gives back what could not be published: due as if never taken', async () => {
    const [back] = (await tenant.messages(2)) as [string, string];
    await repository.takeOldest(NORMAL, 10, LATER);
    await repository.giveBack([back]);
    await repository.giveBack([]);
    expect(await repository.takeOldest(NORMAL, 10, LATER, LATER)).toEqual([{ id: back, isolate: false }]);
  });

  it('waits for nobody who has one of them in hand: he says when it is due', async () => {
    const [busy, back] = (await tenant.messages(2)) as [string, string];
    await repository.takeOldest(NORMAL, 10, LATER);
    await database.dataSource.transaction(async (other) => {
      await other.query('SELECT FROM message_schedule WHERE message_id = $1 FOR UPDATE', [busy]);
      await repository.giveBack([busy, back]);
    });
    expect(await repository.takeOldest(NORMAL, 10, LATER, LATER)).toEqual([{ id: back, isolate: false }]);
  });

  it('gives each message to one of many dispatchers', async () => {
    const ids = await tenant.messages(200);
    const taken = await Promise.all(Array.from({ length: 8 }, () => repository.takeOldest(NORMAL, 100, LATER)));
    const seen = taken.flat().map(({ id }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(ids.length);
  });

  it('tells in which lines anything is due, and whether more than a number', async () => {
    await tenant.messages(3, { priority: 3 });
    await tenant.messages(1, { priority: 1 });
    expect(await repository.dueLines(['email', 'sms'])).toEqual([
      { channel: 'email', priority: 1 },
      { channel: 'email', priority: 3 },
    ]);
    expect(await repository.isBacklogged({ channel: 'email', priority: 3 }, 3)).toBe(false);
    expect(await repository.isBacklogged({ channel: 'email', priority: 3 }, 2)).toBe(true);
  });

  it('goes from tenant to tenant and takes a share of each', async () => {
    const tenants = [
      tenant,
      await TenantFactory.create(database.dataSource),
      await TenantFactory.create(database.dataSource),
    ];
    await Promise.all(tenants.map((each, index) => each.messages(10 * (index + 1))));
    const ids = tenants.map(({ tenantId }) => tenantId).sort();
    expect(await repository.nextTenants(NORMAL, null, 2)).toEqual(ids.slice(0, 2));
    expect(await repository.nextTenants(NORMAL, ids[1] as string, 2)).toEqual(ids.slice(2));
    expect(await repository.nextTenants(NORMAL, ids[2] as string, 2)).toEqual([]);
    expect(await repository.takeFrom(NORMAL, ids, 7, LATER)).toHaveLength(21);
    expect(await repository.takeFrom(NORMAL, ids, 7, LATER)).toHaveLength(17);
  });
});
