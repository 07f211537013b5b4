import { Test, type TestingModule } from '@nestjs/testing';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { Intake } from '@outbell/intake/intake.js';
import type { FallbackRequest, MessageRequest } from '@outbell/intake/message-request.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { FallbackRepository } from '@outbell/persistence/engine/fallback.repository.js';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { MessageEventType } from '@outbell/persistence/entities/message-event.entity.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { newId } from '@outbell/shared/uuid.js';
import { TransportModule } from '@outbell/transport/transport.module.js';
import { Fallbacks } from '../../apps/worker/src/fallbacks/fallbacks.js';
import { testConfig } from './config.js';
import type { TestDatabase } from './database.js';
import { TenantFactory } from './factories.js';
import { testRedisUrl } from './redis.js';
import { happen, hearAll } from './outbox-steps.js';
import { told } from './told.js';

export const QUARTER_MS = 900_000;
export const SMS: FallbackRequest = {
  channel: 'sms',
  to: '+33612345678',
  sender: 'MyShop',
  text: 'Hello',
  afterMs: QUARTER_MS,
};

/** A worker, as far as fallbacks are concerned, with what it needs. */
export async function worker(databaseUrl: string): Promise<{ app: TestingModule; work: Fallbacks }> {
  const config = testConfig({ DATABASE_URL: databaseUrl, QUEUE_URL: testRedisUrl(), CHANNELS: 'email,sms' });
  const imports = [
    ConfigModule.forRoot(config),
    ProvidersModule.forRoot(PROVIDERS),
    TransportModule.forRoot(config),
    IntakeModule,
  ];
  const app = await Test.createTestingModule({ imports }).compile();
  const parts = [app.get(FallbackRepository), app.get(Intake), app.get(Config)] as const;
  return { app, work: new Fallbacks(...parts, new Metrics()) };
}

/** A tenant that can send an SMS too, and no fallback of another. */
export async function smsTenant({ dataSource }: TestDatabase): Promise<TenantFactory> {
  await dataSource.query('TRUNCATE message_fallback');
  const tenant = await TenantFactory.create(dataSource);
  await dataSource.query(
    `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, 'sms', 'MyShop',
      'verified', now())`,
    [newId(), tenant.tenantId],
  );
  return tenant;
}

/** What a test plays in, anew for each. */
interface Scene {
  database: TestDatabase;
  tenant: TenantFactory;
  app: TestingModule;
  work: Fallbacks;
}

/** What specs of fallbacks do over and over. @param scene the one of the moment */
export function fallbackSteps(scene: () => Scene) {
  function query<T = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return scene().database.dataSource.query<T[]>(sql, parameters);
  }

  async function accepted(fallback = [SMS], overrides: Partial<MessageRequest> = {}): Promise<string> {
    const { app, tenant } = scene();
    const { tenantId, senderId: sender } = tenant;
    const mail = { channel: 'email', to: 'ann@example.org', sender, subject: 'Hello', text: 'Hello' } as const;
    const answer = await app.get(Intake).accept({ tenantId, mode: 'live', ...mail, fallback, ...overrides });
    if (!answer.accepted) throw new Error(JSON.stringify(answer.errors));
    return answer.id;
  }

  /** So much time goes by for those that are waiting. */
  async function later(ms: number): Promise<void> {
    await query(
      `UPDATE message_fallback SET due_at = due_at - $1 * interval '1 ms', run_at = run_at - $1 * interval '1 ms'`,
      [ms],
    );
  }

  /** As a look does it that has nothing to wait for: whatever it decides is its own doing. */
  async function lookNow(): Promise<void> {
    await query(`UPDATE message_fallback SET run_at = now() WHERE run_at IS NOT NULL`);
    await scene().work.run();
  }

  /** The message comes to an end, and who listens to it hears of it. */
  async function ends(id: string, status: MessageStatus, reason: string | null = null): Promise<void> {
    const { database, tenant } = scene();
    await tenant.set(id, { status, reason });
    await happen(database.dataSource, [id], status as MessageEventType);
    await hearAll(database.dataSource);
  }

  function seen(id: string) {
    const { app, tenant } = scene();
    return app
      .get(MessageRepository)
      .history(tenant.tenantId, id)
      .then((history) => history!);
  }

  async function made(): Promise<Record<string, unknown>[]> {
    const { tenantId } = scene().tenant;
    return query(`SELECT * FROM message WHERE tenant_id = $1 AND channel = 'sms' ORDER BY id`, [tenantId]);
  }

  /** A vendor's word comes and is applied. */
  async function hear(messageId: string, kind: 'bounced' | 'delivered'): Promise<void> {
    const { app, database, tenant } = scene();
    const connectionId = newId();
    await query(
      `INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at, ended_at,
        outcome)
       VALUES ($1, 1, $2, 1, $3, 'caller', now(), now(), 'sent')`,
      [messageId, tenant.tenantId, connectionId],
    );
    await tenant.set(messageId, { attempts: 1, connection_id: connectionId });
    const caller = { provider: 'caller', connectionId, tenantId: tenant.tenantId };
    await app.get(CallbackRepository).note(caller, [told(kind, { messageId })]);
    await app.get(DeliveryEventRepository).apply(10, 1);
    await hearAll(database.dataSource);
  }

  return { query, accepted, later, lookNow, ends, seen, made, hear };
}
