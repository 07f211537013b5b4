import type { Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { claimedMessage } from '../../../../test/support/deliveries.js';
import { OutcomeCounter } from './outcome-counter.js';

describe('OutcomeCounter', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  function counts(settings: Record<string, string> = {}): OutcomeCounter {
    return new OutcomeCounter(new TenantPauseRepository(database.dataSource), testConfig(settings));
  }

  function ended(tenantId: string, settlement: Partial<Settlement>, mode: 'live' | 'test' = 'live') {
    return { message: claimedMessage({ tenantId, mode }), attempt: 1, ...settlement } as Parameters<
      OutcomeCounter['add']
    >[0];
  }

  const SENT = { event: 'sent', outcome: 'sent' } as const;
  const REFUSED = { event: 'failed', outcome: 'rejected' } as const;

  async function written(): Promise<Record<string, [number, number]>> {
    const rows = await database.dataSource.query<{ id: string; ended: number; failed: number }[]>(
      `SELECT tenant_id AS id, sum(ended)::int AS ended, sum(failed)::int AS failed FROM tenant_outcome GROUP BY 1`,
    );
    return Object.fromEntries(rows.map((row) => [row.id, [row.ended, row.failed]]));
  }

  it('add up what ended at a provider, by tenant, and count once what is written', async () => {
    const [one, other] = [newId(), newId()];
    const all = counts();
    for (const settlement of [SENT, SENT, REFUSED]) all.add(ended(one, settlement));
    all.add(ended(other, { event: 'unknown', outcome: 'unknown' }));
    await all.write();
    await all.write();
    expect(await written()).toEqual({ [one]: [3, 1], [other]: [1, 0] });
  });

  it('blame no tenant for a vendor that was away, and leave out what says nothing', async () => {
    const tenantId = newId();
    const all = counts();
    all.add(ended(tenantId, { event: 'failed', outcome: 'retry' }));
    all.add(ended(tenantId, { event: 'retry', outcome: 'retry' }));
    all.add(ended(tenantId, { ...REFUSED, attempt: null }));
    all.add(ended(tenantId, REFUSED, 'test'));
    await all.write();
    expect((await written())[tenantId]).toEqual([1, 0]);
  });

  it('are not kept where nobody is paused for them', async () => {
    const tenantId = newId();
    const none = counts({ PAUSE_FAILURE_RATE: '0', PAUSE_COMPLAINT_RATE: '0' });
    none.add(ended(tenantId, SENT));
    await none.write();
    expect(await written()).not.toHaveProperty(tenantId);
  });
});
