import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { DeliveryRepository } from './delivery.repository.js';
import { UpkeepRepository } from './upkeep.repository.js';

describe('UpkeepRepository', () => {
  let database: TestDatabase;
  let repository: UpkeepRepository;
  let delivery: DeliveryRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new UpkeepRepository(database.dataSource);
    delivery = new DeliveryRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  /** Its worker has claimed it and died. */
  async function abandon(id: string, marked = false): Promise<void> {
    await tenant.set(id, { wake_at: new Date(), status: 'queued' });
    const [claimed] = await delivery.claim('email', [id], 30_000);
    if (marked) {
      await delivery.markSending([{ id, fence: claimed?.fence ?? 0, connectionId: null, provider: 'smtp' }], 30_000);
    }
    await tenant.set(id, { lease_until: new Date(Date.now() - 1) });
  }

  it('leaves leases that run', async () => {
    const ids = await tenant.messages(1);
    await delivery.claim('email', ids, 30_000);
    expect(await repository.rescue(10, 3)).toEqual({ requeued: 0, dead: 0, unknown: 0 });
  });

  it('queues what was not yet sent, and counts; the third time it is dead', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await abandon(id);
    expect(await repository.rescue(10, 3)).toEqual({ requeued: 1, dead: 0, unknown: 0 });
    expect(await tenant.row(id)).toMatchObject({ status: 'queued', crashes: 1, reason: 'worker_lost' });
    await abandon(id);
    await repository.rescue(10, 3);
    await abandon(id);
    expect(await repository.rescue(10, 3)).toEqual({ requeued: 0, dead: 1, unknown: 0 });
    expect(await tenant.row(id)).toMatchObject({ status: 'failed', crashes: 3 });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'lease_expired', 'lease_expired', 'failed']);
  });

  it('calls unknown what may have been sent, with its attempt', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await abandon(id, true);
    expect(await repository.rescue(10, 3)).toEqual({ requeued: 0, dead: 0, unknown: 1 });
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown', reason: 'worker_lost_while_sending', crashes: 0 });
    const [attempt] = await database.dataSource.query(`SELECT * FROM message_attempt WHERE message_id = $1`, [id]);
    expect(attempt).toMatchObject({ outcome: 'unknown', reason: 'worker_lost_while_sending' });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'unknown']);
  });
});
