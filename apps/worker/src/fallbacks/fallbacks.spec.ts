import { Test, type TestingModule } from '@nestjs/testing';
import { dueRequest } from '@outbell/intake/fallback.js';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { Intake } from '@outbell/intake/intake.js';
import type { FallbackRequest, MessageRequest } from '@outbell/intake/message-request.js';
import { CallbackRepository } from '@outbell/persistence/repositories/callback.repository.js';
import { EvidenceRepository } from '@outbell/persistence/repositories/evidence.repository.js';
import { FallbackRepository } from '@outbell/persistence/repositories/fallback.repository.js';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import { ResendRepository } from '@outbell/persistence/repositories/resend.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { newId } from '@outbell/shared/uuid.js';
import { BullMqModule } from '@outbell/transport/bullmq/bullmq.module.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { told } from '../../../../test/support/told.js';
import { Fallbacks } from './fallbacks.js';

const QUARTER_MS = 900_000;
const SMS: FallbackRequest = {
  channel: 'sms',
  to: '+33612345678',
  sender: 'MyShop',
  text: 'Hello',
  afterMs: QUARTER_MS,
};

/** A worker, as far as fallbacks are concerned, with what it needs. */
async function worker(databaseUrl: string): Promise<{ app: TestingModule; work: Fallbacks }> {
  const config = testConfig({ DATABASE_URL: databaseUrl, QUEUE_URL: testRedisUrl(), CHANNELS: 'email,sms' });
  const imports = [ConfigModule.forRoot(config), BullMqModule.forRoot(), IntakeModule];
  const app = await Test.createTestingModule({ imports }).compile();
  const parts = [app.get(FallbackRepository), app.get(Intake), app.get(Clock), app.get(Config)] as const;
  return { app, work: new Fallbacks(...parts, new Metrics()) };
}

describe('Fallbacks', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let app: TestingModule;
  let other: TestingModule;
  let work: Fallbacks;
  let otherWork: Fallbacks;

  beforeAll(async () => {
    database = await createTestDatabase();
    ({ app, work } = await worker(database.url));
    ({ app: other, work: otherWork } = await worker(database.url));
  });
  beforeEach(async () => {
    await query('TRUNCATE message_fallback');
    tenant = await TenantFactory.create(database.dataSource);
    await query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at) VALUES ($1, $2, 'sms', 'MyShop', 'verified', now())`,
      [newId(), tenant.tenantId],
    );
  });
  afterAll(async () => {
    await app.close();
    await other.close();
    await database.drop();
  });

  function query<T = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return database.dataSource.query<T[]>(sql, parameters);
  }

  async function accepted(fallback = [SMS], overrides: Partial<MessageRequest> = {}): Promise<string> {
    const { tenantId, senderId: sender } = tenant;
    const mail = { channel: 'email', to: 'ann@example.org', sender, subject: 'Hello', text: 'Hello' } as const;
    const answer = await app.get(Intake).accept({ tenantId, mode: 'live', ...mail, fallback, ...overrides });
    if (!answer.accepted) throw new Error(JSON.stringify(answer.errors));
    return answer.id;
  }

  /** So much time goes by for those that are waiting. */
  async function later(ms: number): Promise<void> {
    await query(
      `UPDATE message_fallback SET due_at = due_at - $1 * interval '1 ms', look_at = look_at - $1 * interval '1 ms'`,
      [ms],
    );
  }

  /** As a look does it that has nothing to wait for: whatever it decides is its own doing. */
  async function lookNow(): Promise<void> {
    await query(`UPDATE message_fallback SET look_at = now() WHERE look_at IS NOT NULL`);
    await work.run();
  }

  function seen(id: string) {
    return app
      .get(MessageRepository)
      .history(tenant.tenantId, id)
      .then((history) => history!);
  }

  async function made(): Promise<Record<string, unknown>[]> {
    return query(`SELECT * FROM message WHERE tenant_id = $1 AND channel = 'sms' ORDER BY id`, [tenant.tenantId]);
  }

  /** A vendor's word comes and is applied. */
  async function hear(messageId: string, kind: 'bounced' | 'delivered'): Promise<void> {
    const connectionId = newId();
    await query(
      `INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at, ended_at, outcome)
       VALUES ($1, 1, $2, 1, $3, 'caller', now(), now(), 'sent')`,
      [messageId, tenant.tenantId, connectionId],
    );
    await tenant.set(messageId, { attempts: 1, connection_id: connectionId });
    const caller = { provider: 'caller', connectionId, tenantId: tenant.tenantId };
    await app.get(CallbackRepository).note(caller, [told(kind, { messageId })]);
    await app.get(EvidenceRepository).apply(10, 1);
  }

  it('sends the next channel’s message at its time, once, and tells it on both', async () => {
    const id = await accepted([SMS], { tags: ['receipts'], metadata: { order: 17 }, priority: 'high' });
    await tenant.set(id, { status: 'sent' });
    await lookNow();
    expect(await made()).toEqual([]);
    await later(QUARTER_MS);
    await work.run();
    await lookNow();
    const [sms, ...more] = await made();
    expect(more).toEqual([]);
    expect(sms).toMatchObject({
      recipient: SMS.to,
      mode: 'live',
      priority: 1,
      tags: ['receipts'],
      metadata: { order: 17 },
    });
    const newMessage = sms?.['id'] as string;
    const first = await seen(id);
    expect(first.message.status).toBe('sent');
    expect(first.fallbacks).toMatchObject([{ channel: 'sms', state: 'gone', messageId: newMessage }]);
    expect(first.events.at(-1)).toMatchObject({
      type: 'fallback',
      reason: null,
      detail: { position: 0, channel: 'sms', message_id: newMessage },
    });
    expect((await seen(newMessage)).fallbackOf).toBe(id);
    expect(await query('SELECT request FROM message_fallback')).toEqual([{ request: null }]);
  });

  it.each<MessageStatus>(['sent', 'unknown', 'queued'])(
    'waits for its time while the message is %s',
    async (status) => {
      const id = await accepted();
      await tenant.set(id, { status });
      await later(QUARTER_MS - 10_000);
      await lookNow();
      expect(await made()).toEqual([]);
      await later(10_000);
      await lookNow();
      expect(await made()).toHaveLength(1);
    },
  );

  it.each<MessageStatus>(['failed', 'bounced', 'suppressed', 'expired'])(
    'goes at once when it is %s',
    async (status) => {
      const id = await accepted();
      await tenant.set(id, { status });
      await later(1_000);
      await work.run();
      expect(await made()).toHaveLength(1);
      expect(await tenant.row(id)).toMatchObject({ status });
    },
  );

  it.each<MessageStatus>(['delivered', 'complained'])('does not go when it was %s in time', async (status) => {
    const id = await accepted([SMS, SMS]);
    await tenant.set(id, { status });
    await lookNow();
    await later(QUARTER_MS);
    await work.run();
    expect(await made()).toEqual([]);
    expect((await seen(id)).fallbacks.map(({ state }) => state)).toEqual(['not_needed', 'not_needed']);
  });

  it('goes at once when a vendor gives it up, even after it was delivered', async () => {
    const id = await accepted();
    await tenant.set(id, { status: 'delivered' });
    await lookNow();
    await work.run();
    expect(await made()).toEqual([]);
    await hear(id, 'bounced');
    await work.run();
    expect(await made()).toHaveLength(1);
  });

  it('takes back what was still queued, and leaves what may have been sent', async () => {
    const [queued, repeated] = [await accepted(), await accepted()];
    await tenant.set(repeated, { maybe_sent_at: new Date() });
    await later(QUARTER_MS);
    await work.run();
    expect(await made()).toHaveLength(2);
    expect(await tenant.row(queued)).toMatchObject({ status: 'canceled', reason: 'fallen_back', wake_at: null });
    expect(await tenant.eventTypes(queued)).toEqual(expect.arrayContaining(['fallback', 'canceled']));
    expect(await tenant.row(repeated)).toMatchObject({ status: 'queued' });
  });

  it('sends again nothing that another channel has taken over', async () => {
    const id = await accepted([SMS], { onUnknown: 'resend' });
    const resends = new ResendRepository(database.dataSource);
    const again = () => resends.run(10, { attempts: 8, delayMs: 1, factor: 1, maxDelayMs: 1 });
    await tenant.set(id, { status: 'unknown', attempts: 1, updated_at: new Date(0) });
    await later(QUARTER_MS);
    await work.run();
    await query('UPDATE message_resend SET look_at = now() WHERE look_at IS NOT NULL');
    expect(await again()).toEqual([]);
    await query('UPDATE message_resend SET look_at = now()');
    expect(await again()).toMatchObject([{ messageId: id, verdict: 'over' }]);
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown' });
  });

  it('waits for a call that is under way, even when its time has come', async () => {
    const id = await accepted();
    await tenant.set(id, { status: 'sending', attempts: 1 });
    await later(QUARTER_MS);
    await lookNow();
    expect(await made()).toEqual([]);
    const [row] = await query<{ soon: boolean }>(
      `SELECT look_at BETWEEN now() AND now() + interval '1 s' AS soon FROM message_fallback`,
    );
    expect(row?.soon).toBe(true);
    await tenant.set(id, { status: 'sent' });
    await lookNow();
    expect(await made()).toHaveLength(1);
  });

  it('counts the next from when the one before it went, and not at all once one has arrived', async () => {
    const id = await accepted([SMS, { ...SMS, text: 'Again' }, { ...SMS, text: 'At last' }]);
    await tenant.set(id, { status: 'failed' });
    await later(1_000);
    await work.run();
    const [first] = (await made()) as [{ id: string }];
    await tenant.set(first.id, { status: 'sent' });
    const [, second] = (await seen(id)).fallbacks;
    expect(Math.abs((second?.dueAt?.getTime() ?? 0) - Date.now() - QUARTER_MS)).toBeLessThan(10_000);
    await lookNow();
    expect(await made()).toHaveLength(1);
    await hear(first.id, 'bounced');
    await work.run();
    expect(await made()).toHaveLength(2);
    await tenant.set((await made())[1]?.['id'] as string, { status: 'delivered' });
    await later(QUARTER_MS);
    await work.run();
    expect((await seen(id)).fallbacks.map(({ state }) => state)).toEqual(['gone', 'gone', 'not_needed']);
  });

  it('tells why it was refused, and goes on to the next', async () => {
    const id = await accepted([SMS, { ...SMS, text: 'Again' }]);
    await tenant.set(id, { status: 'failed' });
    await query(`UPDATE sender SET address = 'Renamed' WHERE tenant_id = $1 AND channel = 'sms'`, [tenant.tenantId]);
    await later(1_000);
    await work.run();
    await query(`UPDATE sender SET address = 'MyShop' WHERE tenant_id = $1 AND channel = 'sms'`, [tenant.tenantId]);
    await work.run();
    const { events, fallbacks } = await seen(id);
    expect(fallbacks.map(({ state }) => state)).toEqual(['refused', 'gone']);
    const errors = [{ field: 'sender', message: 'no sms sender of that id or address' }];
    expect(fallbacks[0]?.errors).toEqual(errors);
    expect(events.find(({ reason }) => reason === 'fallback_refused')).toMatchObject({
      type: 'fallback',
      detail: { position: 0, channel: 'sms', errors },
    });
  });

  it('is made once by workers that look at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => accepted()));
    for (const id of ids) await tenant.set(id, { status: 'unknown' });
    await later(QUARTER_MS);
    await Promise.all([work.run(), otherWork.run(), work.run(), otherWork.run()]);
    expect(await made()).toHaveLength(30);
    expect(await query(`SELECT DISTINCT state FROM message_fallback`)).toEqual([{ state: 'gone' }]);
  });

  it.each(['decided', 'had it accepted'])('is made once after a worker that died when it had %s', async (moment) => {
    const id = await accepted();
    await tenant.set(id, { status: 'unknown' });
    await later(QUARTER_MS);
    const [left] = await other.get(FallbackRepository).look(10, ['sms'], 30_000);
    if (moment !== 'decided') await other.get(Intake).accept(dueRequest(left!));
    await work.run();
    expect((await seen(id)).fallbacks[0]).toMatchObject({ state: 'going', messageId: null });
    // Whatever became of the message meanwhile: it was decided.
    await tenant.set(id, { status: 'delivered' });
    await later(30_000);
    await Promise.all([work.run(), otherWork.run()]);
    const [sms, ...more] = await made();
    expect(more).toEqual([]);
    expect((await seen(id)).fallbacks[0]).toMatchObject({ state: 'gone', messageId: sms?.['id'] });
  });

  it('does not go once a tenant has taken the fallback before it back', async () => {
    const id = await accepted([SMS, SMS]);
    await tenant.set(id, { status: 'failed' });
    await later(1_000);
    await work.run();
    const [first] = (await made()) as [{ id: string }];
    expect(await app.get(MessageRepository).cancel(tenant.tenantId, first.id)).toBe(true);
    await later(QUARTER_MS);
    await work.run();
    expect((await seen(id)).fallbacks.map(({ state }) => state)).toEqual(['gone', 'canceled']);
  });

  it('is left to workers that deliver its channel', async () => {
    const id = await accepted();
    await tenant.set(id, { status: 'failed' });
    await later(1_000);
    expect(await app.get(FallbackRepository).look(10, ['email'], 1_000)).toEqual([]);
  });

  it('is looked at ever more seldom while its message waits', async () => {
    const id = await accepted([{ ...SMS, afterMs: 8 * QUARTER_MS }]);
    await later(4 * QUARTER_MS);
    await work.run();
    const [row] = await query<{ ms: number }>(
      `SELECT extract(epoch FROM look_at - now())::float8 * 1000 AS ms FROM message_fallback`,
    );
    expect(Math.abs((row?.ms ?? 0) - QUARTER_MS / 2)).toBeLessThan(10_000);
    expect(await tenant.row(id)).toMatchObject({ status: 'queued' });
  });

  it('is forgotten with the month of its message, unless it still waits', async () => {
    const id = await accepted([SMS, SMS]);
    await query(`UPDATE message_fallback SET state = 'refused' WHERE message_id = $1 AND position = 0`, [id]);
    const repository = app.get(FallbackRepository);
    expect(await repository.prune(new Date(), 1, 10)).toBe(0);
    expect(await repository.prune(new Date(Date.now() + 100 * 86_400_000), 1, 10)).toBe(1);
    expect(await query('SELECT position FROM message_fallback')).toEqual([{ position: 1 }]);
  });
});
