import type { TestingModule } from '@nestjs/testing';
import { MessageControlRepository } from '@outbell/persistence/engine/message-control.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import { ResendRepository } from '@outbell/persistence/engine/resend.repository.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { TenantFactory } from '../../../../test/support/factories.js';
import { fallbackSteps, QUARTER_MS, SMS, smsTenant, worker } from '../../../../test/support/fallback-steps.js';
import { hearAll } from '../../../../test/support/outbox-steps.js';
import type { Fallbacks } from './fallbacks.js';

describe('Fallbacks', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let app: TestingModule;
  let work: Fallbacks;

  beforeAll(async () => {
    database = await createTestDatabase();
    ({ app, work } = await worker(database.url));
  });
  beforeEach(async () => {
    tenant = await smsTenant(database);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const { query, accepted, later, lookNow, ends, seen, made, hear } = fallbackSteps(() => ({
    database,
    tenant,
    app,
    work,
  }));

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

  describe('after a refusal', () => {
    const refuse = (changes: object = {}) =>
      app
        .get(SuppressionRepository)
        .add(
          tenant.tenantId,
          { channel: 'email', address: 'ann@example.org', reason: 'complaint', evidence: {}, ...changes },
          new Date(),
        );

    async function state(id: string): Promise<string | undefined> {
      return (await seen(id)).fallbacks[0]?.state;
    }

    it.each(['queued', 'sent', 'bounced'] as const)('cancels what waits for a message that is %s', async (status) => {
      const id = await accepted();
      await tenant.set(id, { status });
      await refuse();
      expect(await state(id)).toBe('canceled');
      await later(QUARTER_MS);
      await lookNow();
      expect(await made()).toEqual([]);
    });

    it('takes back what stands in for it on another channel and has not gone', async () => {
      const id = await accepted([SMS, { ...SMS, to: '+33612345679' }]);
      await tenant.set(id, { status: 'failed', reason: 'bad_address' });
      await lookNow();
      const [sms] = await made();
      await refuse();
      expect((await seen(id)).fallbacks.map((fallback) => fallback.state)).toEqual(['gone', 'canceled']);
      expect(await tenant.row(sms?.['id'] as string)).toMatchObject({
        status: 'canceled',
        reason: 'recipient_said_no',
        fence: 1,
        run_at: null,
      });
    });

    it('of a fallback cancels the next one', async () => {
      const id = await accepted([SMS, { ...SMS, to: '+33612345679' }]);
      await tenant.set(id, { status: 'failed', reason: 'bad_address' });
      await lookNow();
      await refuse({ channel: 'sms', address: SMS.to, reason: 'unsubscribe' });
      expect((await seen(id)).fallbacks.map((fallback) => fallback.state)).toEqual(['gone', 'canceled']);
    });

    it('that a vendor tells sends nothing by another channel', async () => {
      const id = await accepted();
      await tenant.set(id, { status: 'failed', reason: 'recipient_opted_out' });
      await lookNow();
      expect(await state(id)).toBe('canceled');
    });

    it('of a newsletter leaves the fallback of a code', async () => {
      const [code, news] = [await accepted([SMS], { priority: 'high' }), await accepted([SMS], { priority: 'bulk' })];
      await refuse({ reason: 'unsubscribe' });
      expect([await state(code), await state(news)]).toEqual(['waiting', 'canceled']);
    });

    it.each(['bounce', 'invalid'] as const)('but not after a %s, which is none: it goes at once', async (reason) => {
      const id = await accepted();
      await refuse({ reason });
      await hearAll(database.dataSource);
      await work.run();
      expect(await state(id)).toBe('gone');
      expect(await made()).toHaveLength(1);
    });
  });

  it.each<MessageStatus>(['failed', 'bounced', 'suppressed', 'expired'])(
    'goes at once when it is %s',
    async (status) => {
      const id = await accepted();
      await ends(id, status);
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
    expect(await tenant.row(queued)).toMatchObject({
      status: 'canceled',
      reason: 'superseded_by_fallback',
      run_at: null,
    });
    expect(await tenant.eventTypes(queued)).toEqual(expect.arrayContaining(['fallback', 'canceled']));
    expect(await tenant.row(repeated)).toMatchObject({ status: 'queued' });
  });

  it('sends again nothing that another channel has taken over', async () => {
    const id = await accepted([SMS], { onUnknown: 'resend' });
    const resends = new ResendRepository(database.dataSource);
    const again = () => resends.run(10, { attempts: 8, delayMs: 1, factor: 1, maxDelayMs: 1 });
    await tenant.set(id, { attempts: 1 });
    await ends(id, 'unknown');
    await later(QUARTER_MS);
    await work.run();
    expect(await query('SELECT FROM message_resend')).toEqual([]);
    await ends(id, 'unknown');
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
      `SELECT run_at BETWEEN now() AND now() + interval '1 s' AS soon FROM message_fallback`,
    );
    expect(row?.soon).toBe(true);
    await tenant.set(id, { status: 'sent' });
    await lookNow();
    expect(await made()).toHaveLength(1);
  });

  it('counts the next from when the one before it went, and not at all once one has arrived', async () => {
    const id = await accepted([SMS, { ...SMS, text: 'Again' }, { ...SMS, text: 'At last' }]);
    await ends(id, 'failed');
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
    await ends(id, 'failed');
    await query(`UPDATE sender SET address = 'Renamed' WHERE tenant_id = $1 AND channel = 'sms'`, [tenant.tenantId]);
    await work.run();
    await query(`UPDATE sender SET address = 'MyShop' WHERE tenant_id = $1 AND channel = 'sms'`, [tenant.tenantId]);
    await work.run();
    const { events, fallbacks } = await seen(id);
    expect(fallbacks.map(({ state }) => state)).toEqual(['refused', 'gone']);
    const errors = [{ field: 'sender', code: 'unknown_sender', message: 'no sms sender of that id or address' }];
    expect(fallbacks[0]?.errors).toEqual(errors);
    expect(events.find(({ reason }) => reason === 'fallback_refused')).toMatchObject({
      type: 'fallback',
      detail: { position: 0, channel: 'sms', errors },
    });
  });

  it('does not go once a tenant has taken the fallback before it back', async () => {
    const id = await accepted([SMS, SMS]);
    await ends(id, 'failed');
    await work.run();
    const [first] = (await made()) as [{ id: string }];
    expect(await app.get(MessageControlRepository).cancel(tenant.tenantId, first.id)).toBe(true);
    await later(QUARTER_MS);
    await work.run();
    expect((await seen(id)).fallbacks.map(({ state }) => state)).toEqual(['gone', 'canceled']);
  });
});
