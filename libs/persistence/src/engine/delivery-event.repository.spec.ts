import { RetentionRepository } from '../repositories/retention.repository.js';
import { DELIVERY_EVENT_KINDS } from '@outbell/providers/callback.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { DAYS, evidenceSteps, LEASE, UNKNOWN } from '../../../../test/support/delivery-event-steps.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { told } from '../../../../test/support/told.js';
import { CallbackRepository } from './callback.repository.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryEventRepository } from './delivery-event.repository.js';
import { MessageControlRepository } from './message-control.repository.js';

let database: TestDatabase;
let tenant: TenantFactory;
let connection: string;
let callbacks: CallbackRepository;
let evidence: DeliveryEventRepository;
let delivery: DeliveryRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  callbacks = new CallbackRepository(database.dataSource);
  evidence = new DeliveryEventRepository(database.dataSource);
  delivery = new DeliveryRepository(database.dataSource);
});
afterAll(() => database.drop());
beforeEach(async () => {
  tenant = await TenantFactory.create(database.dataSource);
  connection = newId();
  await database.dataSource.query('DELETE FROM delivery_event');
});

const { query, message, call, settle, sent, tell, apply, statusAfter, events, later } = evidenceSteps(() => ({
  database,
  tenant,
  connection,
}));

describe('the stronger word counts', () => {
  it('whichever comes first', async () => {
    const id = await sent();
    expect(await statusAfter(id, told('bounced', { messageId: id, reason: 'mailbox_full' }))).toBe('bounced');
    expect(await statusAfter(id, told('delivered', { messageId: id }))).toBe('bounced');
    expect(await tenant.row(id)).toMatchObject({ reason: 'mailbox_full' });
    expect(await statusAfter(id, told('complained', { messageId: id }))).toBe('complained');
    expect(await tenant.row(id)).toMatchObject({ reason: 'marked_as_spam' });
  });

  it('when they come together, and each is told in the timeline', async () => {
    const id = await sent();
    const kinds = ['opened', 'bounced', 'sent', 'delivered', 'deferred'] as const;
    expect(await statusAfter(id, ...kinds.map((kind) => told(kind, { messageId: id })))).toBe('bounced');
    expect((await tenant.eventTypes(id)).sort()).toEqual(
      ['bounced', 'deferred', 'delivered', 'opened', 'queued', 'sent'].sort(),
    );
  });

  it.each(DELIVERY_EVENT_KINDS)('and %s resolves what is unknown', async (kind) => {
    const id = await message();
    await settle(id, await call(id), UNKNOWN);
    await tell(told(kind, { messageId: id, providerMessageId: 'v-1' }));
    await apply();
    const row = await tenant.row(id);
    expect(row['status']).not.toBe('unknown');
    expect(row).toMatchObject({ provider_message_id: 'v-1' });
    const [attempt] = await query('SELECT outcome FROM message_attempt WHERE message_id = $1', [id]);
    expect(attempt).toEqual({ outcome: kind === 'failed' ? 'rejected' : 'sent' });
    expect(await tenant.eventTypes(id)).toContain(kind);
  });

  it('and “failed” ends what was sent, with its reason; delivered after all is delivered', async () => {
    const id = await sent();
    expect(await statusAfter(id, told('failed', { messageId: id, reason: 'handset_unreachable' }))).toBe('failed');
    expect(await tenant.row(id)).toMatchObject({ reason: 'handset_unreachable' });
    expect(await statusAfter(id, told('sent', { messageId: id }))).toBe('failed');
    expect(await statusAfter(id, told('delivered', { messageId: id }))).toBe('delivered');
  });

  it('and takes out of the queue what the tenant would send again', async () => {
    const id = await message();
    await settle(id, await call(id), UNKNOWN);
    await new MessageControlRepository(database.dataSource).requeue(tenant.tenantId, id, 3);
    expect(await statusAfter(id, told('failed', { messageId: id }))).toBe('queued');
    expect(await statusAfter(id, told('delivered', { messageId: id }))).toBe('delivered');
    expect(await delivery.claim('email', [id], LEASE)).toEqual([]);
  });

  it.each([{}, UNKNOWN])('and is not undone by our own result, which comes later: %o', async (result) => {
    const id = await message();
    const fence = await call(id);
    expect(await statusAfter(id, told('delivered', { messageId: id, providerMessageId: 'v-1' }))).toBe('delivered');
    expect(await settle(id, fence, result)).toEqual(new Set());
    expect(await tenant.row(id)).toMatchObject({ status: 'delivered', reason: null, attempts: 1, run_at: null });
    const attempts = await query('SELECT number, outcome FROM message_attempt WHERE message_id = $1', [id]);
    expect(attempts).toEqual([{ number: 1, outcome: 'sent' }]);
  });
});

describe('what is told', () => {
  it('is in the timeline at its time, with its reason and its values', async () => {
    const id = await sent();
    const made = (await tenant.row(id))['created_at'];
    await tell(
      told('deferred', { messageId: id, at: new Date(0), reason: 'mailbox_full', detail: { code: 452 } }),
      told('opened', { messageId: id, at: new Date('2099-01-01') }),
    );
    await apply();
    const [first, second] = await query(
      `SELECT type, at, at > now() AS future, attempt, reason, detail FROM message_event
       WHERE message_id = $1 AND type IN ('deferred', 'opened') ORDER BY at`,
      [id],
    );
    expect(first).toMatchObject({
      type: 'deferred',
      at: made,
      attempt: 1,
      reason: 'mailbox_full',
      detail: { code: 452 },
    });
    expect(second).toMatchObject({ type: 'opened', future: false });
  });

  it('within the second that a vendor names happened when it came, and not before the call', async () => {
    const id = await sent();
    const second = new Date(Math.floor(Date.now() / 1000) * 1000);
    const before = new Date(second.getTime() - 5_000);
    await query('UPDATE message SET created_at = $2 WHERE id = $1', [id, new Date(before.getTime() - 5_000)]);
    await tell(told('delivered', { messageId: id, at: second }), told('deferred', { messageId: id, at: before }));
    await apply();
    const [deferred, , delivered] = await query(
      `SELECT type, at FROM message_event WHERE message_id = $1 AND type <> 'queued' ORDER BY at, id`,
      [id],
    );
    expect(deferred).toEqual({ type: 'deferred', at: before });
    expect(delivered).toMatchObject({ type: 'delivered' });
  });

  it('happens once, however many workers look', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => sent()));
    await tell(...ids.map((messageId) => told('bounced', { messageId, suppress: 'bounce' })));
    const rounds = await Promise.all(Array.from({ length: 4 }, () => evidence.apply(10, DAYS)));
    const total = rounds.reduce((sum, { applied }) => sum + applied, 0) + (await apply()).applied;
    expect(total).toBe(20);
    for (const id of ids) expect(await tenant.eventTypes(id)).toEqual(['queued', 'sent', 'bounced']);
  });
});

describe('evidence that is at fault itself', () => {
  it('holds up no other, and is parked after five tries', async () => {
    const [bad, good] = [await sent(), await sent()];
    await tell(told('delivered', { messageId: bad, eventId: 'bad' }), told('delivered', { messageId: good }));
    await query(
      `UPDATE delivery_event SET evidence = evidence || '{"pauses_sender": "ann@example.org"}' WHERE event_id = 'bad'`,
    );
    expect(await apply()).toEqual({ applied: 1, unmatched: 0, parked: 0, faulty: 1 });
    expect(await tenant.row(good)).toMatchObject({ status: 'delivered' });
    for (let tries = 2; tries <= 5; tries++) {
      expect(await events('parked')).toEqual([]);
      await later();
      expect(await apply()).toMatchObject({ faulty: 1 });
    }
    expect(await events('parked')).toEqual([
      expect.objectContaining({
        event_id: 'bad',
        run_at: null,
        error: 'invalid input syntax for type boolean: "…"',
      }),
    ]);
    await later();
    expect(await apply()).toEqual({ applied: 0, unmatched: 0, parked: 0, faulty: 0 });
  });
});

describe('what is old', () => {
  it('is forgotten, but for what is still to be applied', async () => {
    const source = { provider: 'caller', connectionId: connection, tenantId: tenant.tenantId };
    const raw = { method: 'POST', path: '/', headers: {}, body: Buffer.from('x'), state: 'read' as const };
    await callbacks.store({ ...source, ...raw }, [
      told('opened', { eventId: 'open', messageId: newId() }),
      told('opened'),
    ]);
    await query(`UPDATE delivery_event SET run_at = NULL WHERE event_id <> 'open'`);
    expect(await repositoryOn(database.dataSource, RetentionRepository).prune('delivery_event', 30, 100)).toBe(0);
    await query(`UPDATE delivery_event SET received_at = now() - interval '31 days'`);
    await query(`UPDATE callback SET received_at = now() - interval '31 days'`);
    expect(await repositoryOn(database.dataSource, RetentionRepository).prune('delivery_event', 30, 100)).toBe(1);
    expect(await query('SELECT event_id FROM delivery_event')).toEqual([{ event_id: 'open' }]);
    await repositoryOn(database.dataSource, RetentionRepository).prune('callback', 30, 100);
    expect(await query('SELECT FROM callback')).toEqual([]);
  });
});
