import { Test, type TestingModule } from '@nestjs/testing';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { Intake } from '@outbell/intake/intake.js';
import { DeliveryRepository } from '@outbell/persistence/repositories/delivery.repository.js';
import { FallbackRepository } from '@outbell/persistence/repositories/fallback.repository.js';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { newId } from '@outbell/shared/uuid.js';
import { TransportModule } from '@outbell/transport/transport.module.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { testRedisUrl } from '../../../../test/support/redis.js';

const HOLD_MS = 30_000;

describe('A fallback that goes while its message still waits', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let app: TestingModule;
  let id: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = testConfig({ DATABASE_URL: database.url, QUEUE_URL: testRedisUrl(), CHANNELS: 'email,sms' });
    const imports = [
      ConfigModule.forRoot(config),
      ProvidersModule.forRoot(PROVIDERS),
      TransportModule.forRoot(config),
      IntakeModule,
    ];
    app = await Test.createTestingModule({ imports }).compile();
  });
  beforeEach(async () => {
    await database.dataSource.query('TRUNCATE message_fallback');
    tenant = await TenantFactory.create(database.dataSource);
    await database.dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, 'sms', 'MyShop', 'verified', now())`,
      [newId(), tenant.tenantId],
    );
    const answer = await app.get(Intake).accept({
      ...{ tenantId: tenant.tenantId, mode: 'live', channel: 'email', to: 'ann@example.org', sender: tenant.senderId },
      ...{ subject: 'Hello', text: 'Hello' },
      fallback: [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'Hello', afterMs: 900_000 }],
    });
    if (!answer.accepted) throw new Error(JSON.stringify(answer.errors));
    id = answer.id;
    await database.dataSource.query(`UPDATE message_fallback SET due_at = now(), look_at = now()`);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const look = () => app.get(FallbackRepository).look(10, ['sms'], HOLD_MS);
  const delivery = () => new DeliveryRepository(database.dataSource);

  it('keeps it from being claimed until it is taken back', async () => {
    expect(await look()).toMatchObject([{ messageId: id, verdict: 'going' }]);
    expect(await delivery().claim('email', [id], HOLD_MS)).toEqual([]);
    const row = await tenant.row(id);
    expect(row).toMatchObject({ status: 'queued' });
    expect(row['wake_at']).toEqual(row['due_at']);
  });

  it('waits when a worker has just claimed it', async () => {
    const claimer = database.dataSource.createQueryRunner();
    await claimer.startTransaction();
    try {
      // The claim is not to be seen yet: only its lock is there.
      await claimer.query(
        `UPDATE message SET status = 'processing', lease_until = now() + interval '1 min' WHERE id = $1`,
        [id],
      );
      expect(await look()).toMatchObject([{ messageId: id, verdict: 'waiting' }]);
      await claimer.commitTransaction();
    } finally {
      await claimer.release();
    }
    const [fallback] = await database.dataSource.query<{ state: string; soon: boolean }[]>(
      `SELECT state, look_at BETWEEN now() AND now() + interval '1 s' AS soon FROM message_fallback`,
    );
    expect(fallback).toEqual({ state: 'waiting', soon: true });
  });
});
