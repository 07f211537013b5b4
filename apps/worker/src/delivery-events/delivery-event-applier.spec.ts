import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { OptOutRepository } from '@outbell/persistence/repositories/opt-out.repository.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { told } from '../../../../test/support/told.js';
import { DeliveryEventApplier } from './delivery-event-applier.js';

describe('DeliveryEventApplier', () => {
  let database: TestDatabase;
  let callbacks: CallbackRepository;
  let metrics: Metrics;
  let work: DeliveryEventApplier;

  beforeEach(async () => {
    database = await createTestDatabase();
    callbacks = new CallbackRepository(database.dataSource);
    metrics = new Metrics();
    const evidence = new DeliveryEventRepository(database.dataSource);
    const optOuts = repositoryOn(database.dataSource, OptOutRepository);
    work = new DeliveryEventApplier(evidence, optOuts, metrics);
  });
  afterEach(() => database.drop());

  async function tell(count: number): Promise<void> {
    const { tenantId } = await TenantFactory.create(database.dataSource);
    const facts = Array.from({ length: count }, () => told('opened', { messageId: newId() }));
    await callbacks.note({ provider: 'caller', connectionId: newId(), tenantId }, facts);
  }

  it('goes on at once while there is more, and counts what it did', async () => {
    await tell(201);
    expect(await work.apply()).toEqual({ taken: 200, more: true });
    expect(await work.apply()).toEqual({ taken: 1, more: false });
    expect(await metrics.text()).toContain('delivery_events_applied_total{result="unmatched"} 201');
  });

  it('counts opt-outs that name nobody, until they are looked at', async () => {
    const { tenantId } = await TenantFactory.create(database.dataSource);
    const stop = told('unsubscribed', { channel: 'whatsapp', suppress: 'unsubscribe', vendorId: '555@lid' });
    await callbacks.note({ provider: 'baileys', connectionId: null, tenantId }, [stop]);
    await work.apply();
    expect(await metrics.text()).toContain('delivery_events_applied_total{result="parked"} 1');
    expect(await metrics.text()).toContain('opt_outs_parked 1');
  });
});
