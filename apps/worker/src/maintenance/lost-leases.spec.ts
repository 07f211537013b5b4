import { LostLeaseRepository } from '@outbell/persistence/engine/lost-lease.repository.js';
import type { ProviderType } from '@outbell/providers/provider.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { LostLeases } from './lost-leases.js';

const KEYED = { providerName: 'keyed', channel: 'email', repeatableForMs: 3_600_000 } as ProviderType;
const KEYLESS = { providerName: 'keyless', channel: 'email' } as ProviderType;

describe('LostLeases', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let rescue: LostLeases;

  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
    rescue = new LostLeases(new LostLeaseRepository(database.dataSource), new ProviderRegistry([KEYED, KEYLESS]));
  });
  afterAll(() => database.drop());

  it('queues again what a lost worker held, four times; the fifth time it is dead', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    for (let crash = 1; crash <= 5; crash++) {
      await tenant.set(id, { status: 'processing', lease_until: new Date(0), updated_at: new Date() });
      expect(await rescue.run()).toEqual({ taken: 1, more: false });
      expect(await tenant.row(id)).toMatchObject({ lost_leases: crash, status: crash < 5 ? 'queued' : 'failed' });
    }
  });

  /** Its worker called that provider so long ago, and was not heard of again. */
  async function lostWhileSending(provider: string, msAgo = 60_000, columns: object = {}): Promise<string> {
    const [id] = (await tenant.messages(1)) as [string];
    await tenant.set(id, {
      ...{ status: 'sending', attempts: 1, fence: 1, provider },
      ...{ lease_until: new Date(0), updated_at: new Date(Date.now() - msAgo) },
      ...columns,
    });
    await rescue.run();
    return id;
  }

  it('has a call repeated where a repeat counts once, and no other', async () => {
    const id = await lostWhileSending('keyed');
    const { maybe_sent_at: maybeSentAt, ...row } = await tenant.row(id);
    expect(row).toMatchObject({ status: 'queued', reason: 'worker_lost_while_sending', isolate: true });
    expect(Date.now() - (maybeSentAt as Date).getTime()).toBeGreaterThanOrEqual(60_000);
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'repeat']);
    const [attempt] = await database.dataSource.query(`SELECT * FROM message_attempt WHERE message_id = $1`, [id]);
    expect(attempt).toMatchObject({ number: 1, outcome: 'unknown', reason: 'worker_lost_while_sending' });
    expect(await tenant.row(await lostWhileSending('keyless'))).toMatchObject({ status: 'unknown' });
  });

  it('reckons from the first call that may have sent it, and repeats none that would come too late', async () => {
    expect(await tenant.row(await lostWhileSending('keyed', 3_600_001))).toMatchObject({ status: 'unknown' });
    const first = new Date(Date.now() - 3_500_000);
    const row = await tenant.row(await lostWhileSending('keyed', 60_000, { maybe_sent_at: first }));
    expect(row).toMatchObject({ status: 'queued', maybe_sent_at: first });
    const tooLong = { maybe_sent_at: new Date(Date.now() - 3_700_000) };
    expect(await tenant.row(await lostWhileSending('keyed', 60_000, tooLong))).toMatchObject({ status: 'unknown' });
  });

  it('repeats no message that has killed four workers', async () => {
    expect(await tenant.row(await lostWhileSending('keyed', 60_000, { lost_leases: 4 }))).toMatchObject({
      status: 'unknown',
    });
  });

  it('calls nothing dead that may have been sent', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    const columns = { status: 'processing', lease_until: new Date(0), updated_at: new Date(), lost_leases: 4 };
    await tenant.set(id, { ...columns, maybe_sent_at: new Date() });
    await rescue.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown', reason: 'worker_lost', lost_leases: 5 });
  });
});
