import { Test, type TestingModule } from '@nestjs/testing';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { WhatsAppLeaseRepository } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { MetricsModule } from '@outbell/shared/metrics/metrics.module.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { OpenConnections } from '../routing/open-connections.js';
import { WhatsAppSessionsModule } from './whatsapp-sessions.module.js';

let database: TestDatabase;
let worker: TestingModule;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = testConfig({ DATABASE_URL: database.url });
  worker = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      MetricsModule,
      PersistenceModule,
      LimitsModule,
      ProvidersModule.forRoot(PROVIDERS),
      WhatsAppSessionsModule,
      DeliveryModule,
    ],
  }).compile();
});
afterAll(async () => {
  await worker.close();
  await database.drop();
});

it('lets a delivery find the sessions of its tenant', async () => {
  const [{ tenantId }, other] = [
    await TenantFactory.create(database.dataSource),
    await TenantFactory.create(database.dataSource),
  ];
  const wanted = { id: newId(), name: 'shop', pairBy: 'qr', pairPhone: null } as const;
  await worker.get(WhatsAppSessionRepository, { strict: false }).create(tenantId, wanted);
  const leases = worker.get(WhatsAppLeaseRepository, { strict: false });
  const [session] = await leases.adopt(newId(), 60_000, 1);
  await leases.report(session!, 'connected', null, '+33700000001');

  const send = (tenant: string) => {
    const id = newId();
    const sealed = worker.get(Vault, { strict: false }).seal({ tenantId: tenant, rowId: id }, { session: 'shop' });
    const row = { id, tenantId: tenant, version: 1, rateLimits: '', ...sealed };
    const route = { ...row, channel: 'whatsapp', provider: 'baileys' } as const;
    const message = {
      channel: 'whatsapp',
      messageId: newId(),
      from: '+33700000001',
      to: '+33612345678',
      text: 'Hi',
    } as const;
    return worker.get(OpenConnections, { strict: false }).connectionFor(route).send(message);
  };
  expect(await send(tenantId)).toMatchObject({ kind: 'deferred', reason: 'session_on_other_worker' });
  expect(await send(other.tenantId)).toEqual({ kind: 'retry', reason: 'session_unknown' });
});
