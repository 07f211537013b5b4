import { Test, type TestingModule } from '@nestjs/testing';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import { TemplateRepository } from '@outbell/persistence/repositories/template.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { newId } from '@outbell/shared/uuid.js';
import { TransportModule } from '@outbell/transport/transport.module.js';
import { Transport } from '@outbell/transport/transport.js';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { testConfig } from '../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { TenantFactory } from '../../../test/support/factories.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { testRedisUrl } from '../../../test/support/redis.js';
import { until } from '../../../test/support/until.js';
import { IntakeModule } from './intake.module.js';
import { Intake } from './intake.js';
import { QueueCapacity } from './queue-capacity.js';
import type { Acceptance, MessageRequest } from './message-request.js';

/** Tells the time of day, or another. */
class SetClock extends Clock {
  at: Date | null = null;

  override now(): Date {
    return this.at ?? new Date();
  }
}

describe('Intake', () => {
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

  /** Milliseconds after its due time at which dispatch looks for it. */
  async function wakesAfter(id: string): Promise<number> {
    const { run_at: runAt, due_at: dueAt } = (await tenant.row(id)) as { run_at: Date; due_at: Date };
    return runAt.getTime() - dueAt.getTime();
  }

  /** Statements that write messages and wait for a lock. */
  async function writesThatWait(): Promise<number> {
    const [row] = await database.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~* 'insert into message'`,
    );
    return row?.count ?? 0;
  }

  async function senderIs(status: string): Promise<void> {
    await database.dataSource.query('UPDATE sender SET status = $2 WHERE id = $1', [tenant.senderId, status]);
  }

  describe('the recipient', () => {
    it('is written as addresses are compared', async () => {
      expect(await tenant.row(await accepted({ to: 'Ann@EXAMPLE.org' }))).toMatchObject({
        recipient: 'ann@example.org',
      });
    });

    it('that is none is refused, with all else that is wrong', async () => {
      const answer = await intake.accept(request({ to: 'nobody', subject: '' }));
      expect(answer).toMatchObject({ accepted: false, errors: [{ field: 'subject' }, { field: 'to' }] });
    });
  });

  describe('the sender', () => {
    it('is found by id and by address', async () => {
      const ids = [await accepted({ sender: tenant.senderId }), await accepted({ sender: 'shop@example.com' })];
      for (const id of ids) expect(await tenant.row(id)).toMatchObject({ sender_id: tenant.senderId });
    });

    it('that is paused has its messages accepted: they wait', async () => {
      await senderIs('paused');
      expect(await tenant.row(await accepted())).toMatchObject({ status: 'queued' });
    });

    it('that is pending is refused, but for the message that verifies it', async () => {
      await senderIs('pending');
      expect(await intake.accept(request())).toEqual(refusal('sender', 'sender_not_verified'));
      expect(await accepted({ verifiesSender: 'tenant' })).toBeTruthy();
    });

    it('of another tenant is not there', async () => {
      const stranger = await TenantFactory.create(database.dataSource);
      expect(await intake.accept(request({ sender: stranger.senderId }))).toEqual(refusal('sender', 'unknown_sender'));
    });
  });

  it('refuses html of which no text can be made, whoever hands it in, alone and among others', async () => {
    const wanted = () => ({ ...request({ html: '<br>'.repeat(200_000) }), text: undefined });
    const refused = { accepted: false, code: 'text_not_derivable', errors: [{ field: 'html' }] };
    expect(await intake.accept(wanted())).toMatchObject(refused);
    expect(await intake.acceptMany([request(), wanted()])).toMatchObject([{ accepted: true }, refused]);
  });

  describe('the template', () => {
    async function template(source: { lenient?: boolean; published?: boolean } = {}): Promise<string> {
      const { lenient = false, published = true } = source;
      const variables = ['code', 'name'];
      const content = { subject: '{{name}}', html: null, text: '{{code}}', lenient, variables };
      const repository = app.get(TemplateRepository);
      const wanted = { name: newId(), channel: 'email', locale: 'en' } as const;
      const { id } = await repository.create(tenant.tenantId, wanted, content, new Date());
      if (published) await repository.publish(tenant.tenantId, id, 1, new Date());
      return wanted.name;
    }

    it('is accepted with all its variables, and fixed to its version', async () => {
      const name = await template();
      const row = await tenant.row(await accepted({ template: { name }, variables: { name: 'Ann', code: 0 } }));
      expect(row).toMatchObject({ template_version_id: expect.any(String) as string, content: null });
    });

    it('asks for each variable by name', async () => {
      const answer = await intake.accept(request({ template: { name: await template() }, variables: { other: 1 } }));
      expect(answer).toMatchObject({ errors: [{ field: 'variables.code' }, { field: 'variables.name' }] });
    });

    it('that is lenient asks for none', async () => {
      expect(await accepted({ template: { name: await template({ lenient: true }) } })).toBeTruthy();
    });

    it('must be published, or named by a version that there is', async () => {
      const name = await template({ published: false });
      const variables = { name: 'Ann', code: 1 };
      expect(await intake.accept(request({ template: { name }, variables }))).toEqual(
        refusal('template.name', 'template_not_published'),
      );
      expect(await accepted({ template: { name, version: 1 }, variables })).toBeTruthy();
      const other = await intake.accept(request({ template: { name, version: 2 }, variables }));
      expect(other).toEqual(refusal('template.version', 'unknown_template_version'));
    });
  });

  describe('a request that throws in JavaScript', () => {
    const none = new Date(Number.NaN);

    async function written(): Promise<number> {
      const sql = 'SELECT count(*)::int AS count FROM message WHERE tenant_id = $1';
      const [row] = await database.dataSource.query<{ count: number }[]>(sql, [tenant.tenantId]);
      return row?.count ?? 0;
    }

    it.each([
      ['as it is encoded', { scheduledAt: none }],
      ['before', { expiresAt: none, idempotencyKey: 'odd' }],
    ])('%s takes none of 149 others with it', async (_name, odd) => {
      const requests = Array.from({ length: 150 }, (_, index) => request(index === 70 ? odd : {}));
      const answers = await Promise.allSettled(requests.map((each) => intake.accept(each)));
      expect(answers.splice(70, 1)).toMatchObject([{ status: 'rejected', reason: expect.any(RangeError) as unknown }]);
      expect(answers.every((answer) => answer.status === 'fulfilled' && answer.value.accepted)).toBe(true);
      expect(await written()).toBe(149);
    });

    it('takes no other of its batch with it', async () => {
      const odd = request({ scheduledAt: none });
      const answers = await intake.acceptMany([request(), odd, request()]);
      expect(answers).toMatchObject([{ accepted: true }, expect.any(RangeError), { accepted: true }]);
      expect(await written()).toBe(2);
    });
  });

  describe('what fails once it is written', () => {
    it('is answered as accepted, and not written again', async () => {
      const taken = request({ idempotencyKey: 'taken' });
      await intake.accept(taken);
      // Who asks which message the key belongs to is told that the statement was canceled.
      const look = vi
        .spyOn(repository(), 'findEarlier')
        .mockRejectedValue(Object.assign(new Error(), { code: '57014' }));
      const answers = await Promise.allSettled([taken, request(), request()].map((each) => intake.accept(each)));
      look.mockRestore();
      expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
      const sql = 'SELECT count(*)::int AS count FROM message WHERE tenant_id = $1';
      expect(await database.dataSource.query(sql, [tenant.tenantId])).toEqual([{ count: 3 }]);
    });
  });

  describe('the queue', () => {
    it('gets a wake-up for what is due now, and dispatch waits for it to work', async () => {
      const id = await accepted({ priority: 'high' });
      expect(await wakesAfter(id)).toBe(30_000);
      await until(async () => (await app.get(Transport).depth('deliveries.email.urgent')) === 1);
    });

    it('gets none for bulk and for what is scheduled: dispatch brings them', async () => {
      const ids = [
        await accepted({ priority: 'bulk' }),
        await accepted({ scheduledAt: new Date(Date.now() + 60_000) }),
      ];
      for (const id of ids) expect(await wakesAfter(id)).toBe(0);
    });

    it('is asked for room when a large batch is written, not before it waits for its turn', async () => {
      const [transport, room] = [app.get(Transport), app.get(QueueCapacity)];
      await emptyQueue();
      await room.look('email', 'regular');
      const lock = database.dataSource.createQueryRunner();
      await lock.query('BEGIN; LOCK TABLE message IN ACCESS EXCLUSIVE MODE');
      const batches = [1, 2, 3].map(() => intake.acceptMany(Array.from({ length: 201 }, () => request())));
      await until(async () => (await writesThatWait()) === 2);
      // What comes after the third is answered: so the third has come as far as it can.
      await intake.acceptMany([request({ sender: newId() })]);
      // While the third waits, others fill the lane.
      const wakeUp = { channel: 'email', lane: 'regular', priority: 'normal' } as const;
      await transport.publish(Array.from({ length: 20 }, () => ({ ...wakeUp, ids: [newId()] })));
      await room.look('email', 'regular');
      await lock.query('COMMIT');
      await lock.release();
      const ids = (await Promise.all(batches)).map(([first]) => (first && 'id' in first ? first.id : ''));
      // Whichever of them was written last.
      expect((await Promise.all(ids.map(wakesAfter))).toSorted()).toEqual([0, 30_000, 30_000]);
    });

    it('is away: the message is accepted all the same, and left for dispatch', async () => {
      await proxy.shut();
      const began = performance.now();
      const id = await accepted({ priority: 'high' });
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(await tenant.row(id)).toMatchObject({ status: 'queued' });
      await proxy.open();
    });
  });
});
