import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { DeliveryRepository } from './delivery.repository.js';
import { LostLeaseRepository } from './lost-lease.repository.js';

describe('LostLeaseRepository', () => {
  let database: TestDatabase;
  let repository: LostLeaseRepository;
  let delivery: DeliveryRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new LostLeaseRepository(database.dataSource);
    delivery = new DeliveryRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  /** Its worker has claimed it and died. */
  async function abandon(id: string, marked = false): Promise<void> {
    await tenant.set(id, { run_at: new Date(), status: 'queued' });
    const [claimed] = await delivery.claim('email', [id], 30_000);
    if (marked) {
      await delivery.markSending(
        [{ id, fence: claimed?.fence ?? 0, connectionId: null, connectionVersion: null, provider: 'smtp' }],
        30_000,
      );
    }
    await tenant.set(id, { lease_until: new Date(Date.now() - 1) });
  }

  it('leaves leases that run', async () => {
    const ids = await tenant.messages(1);
    await delivery.claim('email', ids, 30_000);
    expect(await repository.rescue(10, 3)).toMatchObject({ requeued: 0, dead: 0, unknown: 0 });
  });

  it('queues what was not yet sent, and counts; the third time it is dead', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await abandon(id);
    expect(await repository.rescue(10, 3)).toMatchObject({ requeued: 1, dead: 0, unknown: 0 });
    expect(await tenant.row(id)).toMatchObject({ status: 'queued', lost_leases: 1, reason: 'worker_lost' });
    await abandon(id);
    await repository.rescue(10, 3);
    await abandon(id);
    expect(await repository.rescue(10, 3)).toMatchObject({ requeued: 0, dead: 1, unknown: 0 });
    expect(await tenant.row(id)).toMatchObject({ status: 'failed', lost_leases: 3 });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'lease_expired', 'lease_expired', 'failed']);
  });

  it('calls unknown what may have been sent, with its attempt', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await abandon(id, true);
    expect(await repository.rescue(10, 3)).toMatchObject({ requeued: 0, dead: 0, unknown: 1 });
    expect(await tenant.row(id)).toMatchObject({
      status: 'unknown',
      reason: 'worker_lost_while_sending',
      lost_leases: 0,
    });
    const [attempt] = await database.dataSource.query(`SELECT * FROM message_attempt WHERE message_id = $1`, [id]);
    expect(attempt).toMatchObject({ outcome: 'unknown', reason: 'worker_lost_while_sending' });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'unknown']);
  });

  it('does not count when the server itself was away meanwhile', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await abandon(id);
    await tenant.set(id, { lost_leases: 2, updated_at: new Date('2020-01-01') });
    expect(await repository.rescue(10, 3)).toMatchObject({ requeued: 1, dead: 0, unknown: 0 });
    expect(await tenant.row(id)).toMatchObject({ status: 'queued', lost_leases: 2 });
  });

  it('tells apart those it rescues at once, and takes no more than its limit', async () => {
    const [queued, unknown, dead, later] = (await tenant.messages(4)) as [string, string, string, string];
    for (const id of [queued, unknown, dead, later]) await abandon(id, id === unknown);
    await tenant.set(dead, { lost_leases: 2 });
    await tenant.set(later, { lease_until: new Date() });
    expect(await repository.rescue(3, 3)).toMatchObject({ requeued: 1, dead: 1, unknown: 1 });
    expect(await tenant.row(later)).toMatchObject({ status: 'processing' });
    expect(await tenant.eventTypes(queued)).toEqual(['queued', 'lease_expired']);
    expect(await tenant.eventTypes(dead)).toEqual(['queued', 'failed']);
    expect(await repository.rescue(3, 3)).toMatchObject({ requeued: 1 });
  });
});
