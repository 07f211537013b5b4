import { Test, type TestingModule } from '@nestjs/testing';
import { dueRequest } from '@outbell/intake/fallback.js';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { Intake } from '@outbell/intake/intake.js';
import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import type { LookedAt } from '@outbell/persistence/engine/fallback-statements.js';
import { FallbackRepository } from '@outbell/persistence/engine/fallback.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
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
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, 'sms', 'MyShop',
        'verified', now())`,
      [newId(), tenant.tenantId],
    );
    const answer = await app.get(Intake).accept({
      ...{ tenantId: tenant.tenantId, mode: 'live', channel: 'email', to: 'ann@example.org', sender: tenant.senderId },
      ...{ subject: 'Hello', text: 'Hello' },
      fallback: [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'Hello', afterMs: 900_000 }],
    });
    if (!answer.accepted) throw new Error(JSON.stringify(answer.errors));
    id = answer.id;
    await database.dataSource.query(`UPDATE message_fallback SET due_at = now(), run_at = now()`);
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
    expect(row['run_at']).toEqual(row['due_at']);
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
      `SELECT state, run_at BETWEEN now() AND now() + interval '1 s' AS soon FROM message_fallback`,
    );
    expect(fallback).toEqual({ state: 'waiting', soon: true });
  });

  describe('and is refused by the person when it is decided', () => {
    const refuse = () =>
      app
        .get(SuppressionRepository)
        .add(
          tenant.tenantId,
          { channel: 'email', address: 'ann@example.org', reason: 'complaint', evidence: {} },
          new Date(),
        );

    async function decided(): Promise<LookedAt> {
      const [fallback] = await look();
      if (fallback?.verdict !== 'going') throw new Error('nothing goes');
      return fallback;
    }

    /** Its message, accepted and held. */
    async function made(fallback: LookedAt): Promise<string> {
      const answer = await app.get(Intake).accept(dueRequest(fallback, HOLD_MS));
      if (!answer.accepted) throw new Error(JSON.stringify(answer.errors));
      return answer.id;
    }

    const record = (fallback: LookedAt, sms: string) =>
      app.get(FallbackRepository).record([{ fallback, newId: sms, errors: null }]);

    async function expectCanceled(sms: string): Promise<void> {
      expect(await tenant.row(sms)).toMatchObject({
        status: 'canceled',
        reason: 'recipient_said_no',
        run_at: null,
      });
      expect((await tenant.eventTypes(sms)).filter((type) => type === 'canceled')).toHaveLength(1);
      const [fallback] = await database.dataSource.query(`SELECT state FROM message_fallback`);
      expect(fallback).toEqual({ state: 'canceled' });
    }

    it('is not sent when it is accepted after that', async () => {
      const fallback = await decided();
      await refuse();
      const sms = await made(fallback);
      await record(fallback, sms);
      await expectCanceled(sms);
    });

    it('is canceled when it had been accepted, even if its worker has died', async () => {
      const fallback = await decided();
      const sms = await made(fallback);
      await refuse();
      await expectCanceled(sms);
      await record(fallback, sms);
      await expectCanceled(sms);
    });

    it('is held until it is written down that it goes, and due then', async () => {
      const fallback = await decided();
      const sms = await made(fallback);
      const held = await tenant.row(sms);
      expect(Number(held['run_at']) - Number(held['due_at'])).toBe(HOLD_MS);
      await record(fallback, sms);
      const due = await tenant.row(sms);
      expect(due['run_at']).toEqual(due['due_at']);
    });
  });
});
