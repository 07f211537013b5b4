import { Test, type TestingModule } from '@nestjs/testing';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { newId } from '@outbell/shared/uuid.js';
import { TransportModule } from '@outbell/transport/transport.module.js';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { TenantFactory } from '../../../test/support/factories.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { testRedisUrl } from '../../../test/support/redis.js';
import { IntakeModule } from './intake.module.js';
import { Intake } from './intake.js';
import type { Acceptance, MessageRequest } from './message-request.js';

/** Tells the time of day, or another. */
class SetClock extends Clock {
  at: Date | null = null;

  override now(): Date {
    return this.at ?? new Date();
  }
}

describe('Intake, of repeats', () => {
  let database: TestDatabase;
  let queueUrl: string;
  let proxy: TcpProxy;
  let app: TestingModule;
  let intake: Intake;
  let tenant: TenantFactory;
  const clock = new SetClock();

  beforeAll(async () => {
    database = await createTestDatabase();
    queueUrl = testRedisUrl();
    proxy = await TcpProxy.to(queueUrl);
    const config = testConfig({ DATABASE_URL: database.url, QUEUE_URL: proxy.url });
    const imports = [
      ConfigModule.forRoot(config),
      ProvidersModule.forRoot(PROVIDERS),
      TransportModule.forRoot(config),
      IntakeModule,
    ];
    app = await Test.createTestingModule({ imports }).overrideProvider(Clock).useValue(clock).compile();
    await app.init();
    intake = app.get(Intake);
  });
  beforeEach(async () => {
    clock.at = null;
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(async () => {
    await app.close();
    await proxy.shut();
    await emptyQueue();
    await database.drop();
  });

  async function emptyQueue(): Promise<void> {
    const redis = new Redis(queueUrl);
    await redis.flushdb();
    redis.disconnect();
  }

  function request(overrides: Partial<MessageRequest> = {}): MessageRequest {
    const content = overrides.template ? {} : { subject: 'Hello', text: 'Hello Ann' };
    const { tenantId, senderId: sender } = tenant;
    return { tenantId, mode: 'live', channel: 'email', to: 'ann@example.org', sender, ...content, ...overrides };
  }

  async function accepted(overrides: Partial<MessageRequest> = {}): Promise<string> {
    const answer = await intake.accept(request(overrides));
    if (!answer.accepted) throw new Error(JSON.stringify(answer.errors));
    return answer.id;
  }

  function repository(): MessageIntakeRepository {
    return app.get(MessageIntakeRepository);
  }

  function refusal(field: string, code: string, status = 400): Acceptance {
    return { accepted: false, status, errors: [{ field, message: expect.any(String) as string, code }] } as Acceptance;
  }

  async function senderIs(status: string): Promise<void> {
    await database.dataSource.query('UPDATE sender SET status = $2 WHERE id = $1', [tenant.senderId, status]);
  }

  describe('a repeat under the same key', () => {
    it('gets the first answer, though its schedule has passed', async () => {
      const scheduled = request({ scheduledAt: new Date(Date.now() + 60_000), idempotencyKey: newId() });
      const first = await intake.accept(scheduled);
      clock.at = new Date(Date.now() + 3_600_000);
      expect(await intake.accept(scheduled)).toEqual({ ...first, repeated: true });
      expect(await intake.accept({ ...scheduled, idempotencyKey: newId() })).toEqual(
        refusal('scheduled_at', 'out_of_range'),
      );
    });

    it('gets the first answer, though its sender could send no more', async () => {
      const asked = request({ idempotencyKey: newId() });
      const first = await intake.accept(asked);
      await senderIs('pending');
      expect(await intake.accept(asked)).toEqual({ ...first, repeated: true });
    });

    it('of another request is refused as that, whatever else is wrong with it', async () => {
      const idempotencyKey = newId();
      await accepted({ idempotencyKey });
      expect(await intake.accept(request({ idempotencyKey, to: 'nobody' }))).toEqual(
        refusal('Idempotency-Key', 'idempotency_key_reused', 422),
      );
    });

    it('that was refused is a new request', async () => {
      const idempotencyKey = newId();
      expect(await intake.accept(request({ idempotencyKey, to: 'nobody' }))).toEqual(refusal('to', 'invalid_address'));
      expect(await accepted({ idempotencyKey })).toBeTruthy();
    });

    it('is told within one batch, beside new ones and ones without a key', async () => {
      const [old, twin] = [request({ idempotencyKey: newId() }), request({ idempotencyKey: newId() })];
      const first = await intake.accept(old);
      const answers = await intake.acceptMany([twin, old, request(), twin, { ...twin, text: 'Something else' }]);
      expect(answers[0]).toMatchObject({ accepted: true, repeated: false });
      expect(answers[1]).toEqual({ ...first, repeated: true });
      expect(answers[2]).toMatchObject({ accepted: true, repeated: false });
      expect(answers[3]).toEqual({ ...(answers[0] as Acceptance), repeated: true });
      expect(answers[4]).toEqual(refusal('Idempotency-Key', 'idempotency_key_reused', 422));
    });

    it('costs one statement for any number, and requests without a key none', async () => {
      const asked = [1, 2, 3].map(() => request({ idempotencyKey: newId() }));
      await intake.acceptMany(asked);
      const [look, write] = [vi.spyOn(repository(), 'findEarlier'), vi.spyOn(repository(), 'insert')];
      await intake.acceptMany(asked);
      expect([look, write].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
      await intake.acceptMany([request(), request()]);
      expect([look, write].map(({ mock }) => mock.calls.length)).toEqual([1, 2]);
      vi.restoreAllMocks();
    });
  });
});
