import type { Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { newId } from '@outbell/shared/uuid.js';
import type { QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { sentSettlement } from '../../../../test/support/settlements.js';
import { told } from '../../../../test/support/told.js';
import { until } from '../../../../test/support/until.js';
import { arrayOf, idRange } from '../statements.js';
import { CallbackRepository } from './callback.repository.js';
import { CLAIM } from './delivery-statements.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryEventRepository } from './delivery-event.repository.js';
import { type NewSuppression, SuppressionRepository } from '../repositories/suppression.repository.js';

const LEASE = 60_000;
const ANN = 'ann@example.org';
const STOP: NewSuppression = { channel: 'email', address: ANN, reason: 'manual', evidence: {} };

describe('what is suppressed', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let delivery: DeliveryRepository;
  let suppressions: SuppressionRepository;
  const open: QueryRunner[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    delivery = new DeliveryRepository(database.dataSource);
    suppressions = repositoryOn(database.dataSource, SuppressionRepository);
  });
  beforeEach(async () => {
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterEach(async () => {
    for (const runner of open.splice(0)) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
    }
  });
  afterAll(() => database.drop());

  async function message(overrides: Parameters<TenantFactory['newMessage']>[0] = {}): Promise<string> {
    return (await tenant.messages(1, overrides))[0] as string;
  }

  async function claim(...ids: string[]): Promise<{ id: string; fence: number }[]> {
    return (await delivery.claim('email', ids, LEASE)).map(({ id, fence }) => ({ id, fence }));
  }

  /** @returns the ids that may be sent */
  async function mark(held: { id: string; fence: number }[]): Promise<string[]> {
    const call = { connectionId: null, connectionVersion: null, provider: 'smtp' };
    return [
      ...(
        await delivery.markSending(
          held.map((one) => ({ ...one, ...call })),
          LEASE,
        )
      ).keys(),
    ];
  }

  function stop(changes: Partial<NewSuppression> = {}) {
    return suppressions.add(tenant.tenantId, { ...STOP, ...changes }, new Date());
  }

  async function transaction(): Promise<QueryRunner> {
    const runner = database.dataSource.createQueryRunner();
    open.push(runner);
    await runner.startTransaction();
    return runner;
  }

  /** So many of this database's connections wait for others' locks. */
  function waiting(count: number): Promise<boolean> {
    return until(async () => {
      const [row] = await database.dataSource.query<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()
          AND wait_event_type = 'Lock'`,
      );
      return (row?.n ?? 0) >= count;
    });
  }

  function eventsOf(id: string): Promise<object[]> {
    return database.dataSource.query(
      `SELECT type, reason, detail FROM message_event WHERE message_id = $1 ORDER BY id`,
      [id],
    );
  }

  it('is not sent when it had been claimed before, says so, and what its holder writes no longer counts', async () => {
    const id = await message();
    const held = await claim(id);
    expect((await stop()).inFlight).toBe(0);
    expect(await mark(held)).toEqual([]);
    expect(await tenant.row(id)).toMatchObject({
      status: 'suppressed',
      reason: 'recipient_blocked',
      fence: 2,
      lease_until: null,
      run_at: null,
    });
    expect((await eventsOf(id)).at(-1)).toEqual({
      type: 'suppressed',
      reason: 'recipient_blocked',
      detail: { scope: 'all', was: 'processing' },
    });
    expect(await delivery.settle([sentSettlement(id, 1, { attempt: null })])).toEqual(new Set());
  });

  it('is held back by a list too that finds it suppressed by somebody who has not held anything back yet', async () => {
    const id = await message();
    const held = await claim(id);
    await database.dataSource.query(
      `INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence) VALUES ($1, $2, 'email', $3,
        'manual', '{}')`,
      [newId(), tenant.tenantId, ANN],
    );
    expect(await suppressions.addMany(tenant.tenantId, [STOP], new Date())).toBe(0);
    expect(await mark(held)).toEqual([]);
    expect(await tenant.row(id)).toMatchObject({ status: 'suppressed' });
  });

  it('is over at once for what is queued or scheduled too, and for nobody else', async () => {
    const ids = [await message(), await message({ dueAt: new Date(Date.now() + 3_600_000) })];
    const others = [await message({ recipient: 'bob@example.org' }), await message({ channel: 'sms' })];
    const theirs = await (await TenantFactory.create(database.dataSource)).messages(1);
    await stop();
    for (const id of ids) expect(await tenant.row(id)).toMatchObject({ status: 'suppressed' });
    for (const id of [...others, ...theirs]) expect(await tenant.row(id)).toMatchObject({ status: 'queued', fence: 0 });
  });

  it('is not sent by a claim that has it in an open transaction when the suppression is committed', async () => {
    const id = await message();
    const claimer = await transaction();
    const [held] = await CLAIM.run(claimer.manager, [arrayOf([id]), 'email', LEASE, ...idRange([id])]);
    expect(held?.suppression).toBeNull();
    const stopped = stop();
    await waiting(1);
    await claimer.commitTransaction();
    await stopped;
    expect(await mark([{ id, fence: held?.fence ?? 0 }])).toEqual([]);
    expect(await tenant.row(id)).toMatchObject({ status: 'suppressed' });
  });

  it('is not claimed by a statement that began before and reaches it after', async () => {
    const bob = await message({ recipient: 'bob@example.org' });
    const ann = await message();
    const holder = await transaction();
    await holder.query(`SELECT FROM message WHERE id = $1 FOR UPDATE`, [bob]);
    // In the order of ids: it waits for the first, and has not come to the second.
    const claimed = claim(bob, ann);
    await waiting(1);
    await stop();
    await holder.commitTransaction();
    expect(await mark(await claimed)).toEqual([bob]);
    expect(await tenant.row(ann)).toMatchObject({ status: 'suppressed' });
  });

  it('waits for a call that had been marked before, and says what does not come back in time', async () => {
    const ids = [await message(), await message()];
    const held = await claim(...ids);
    expect(await mark(held)).toHaveLength(2);
    const stopped = stop();
    const settled = held.map(({ id, fence }) => sentSettlement(id, fence));
    await until(async () => (await suppressions.list(tenant.tenantId, {}, 1)).length > 0);
    await delivery.settle(settled.slice(0, 1));
    expect((await stopped).inFlight).toBe(1);
    await delivery.settle(settled.slice(1));
    expect((await stop()).inFlight).toBe(0);
    for (const id of ids) expect(await tenant.row(id)).toMatchObject({ status: 'sent' });
  });

  describe('by a list', () => {
    const list = (...addresses: string[]) =>
      suppressions.addMany(
        tenant.tenantId,
        addresses.map((address) => ({ ...STOP, address })),
        new Date(),
      );

    it('is waited for at the vendor as well', async () => {
      const held = await claim(await message());
      expect(await mark(held)).toHaveLength(1);
      let over = false;
      const listed = list(ANN).finally(() => (over = true));
      await until(async () => (await suppressions.list(tenant.tenantId, {}, 1)).length === 1);
      const [{ id, fence } = { id: '', fence: 0 }] = held;
      await delivery.settle([sentSettlement(id, fence)]);
      const settledFirst = !over;
      expect([await listed, settledFirst]).toEqual([1, true]);
    });

    it('is held back by the one that comes second too, whose first may not be done', async () => {
      const held = await claim(await message());
      // As another list has it that has just committed its rows.
      await database.dataSource.query(
        `INSERT INTO suppression (id, tenant_id, channel, address, scope, reason, evidence, created_at)
         VALUES (gen_random_uuid(), $1, 'email', $2, 'all', 'manual', '{}', now())`,
        [tenant.tenantId, ANN],
      );
      expect(await list(ANN)).toBe(0);
      expect(await mark(held)).toEqual([]);
    });

    it('locks out no other list of the same addresses in another order', async () => {
      const addresses = Array.from({ length: 500 }, (_, index) => `p${index}@example.org`);
      const both = await Promise.all([list(...addresses), list(...addresses.toReversed())]);
      expect(both[0] + both[1]).toBe(addresses.length);
    });
  });

  it('is not called for again when it may have been sent, and stays unknown', async () => {
    const id = await message();
    await tenant.set(id, { attempts: 1, maybe_sent_at: new Date() });
    const held = await claim(id);
    await stop();
    expect(await mark(held)).toEqual([]);
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown', reason: 'recipient_blocked', run_at: null });
  });

  it('is told in batches where there is much of it', async () => {
    const ids = await tenant.messages(2_100);
    const held = await claim(...ids.slice(0, 50));
    await stop();
    expect(await mark(held)).toEqual([]);
    const left = await database.dataSource.query<{ status: string; n: number }[]>(
      `SELECT status, count(*)::int AS n FROM message WHERE tenant_id = $1 GROUP BY 1`,
      [tenant.tenantId],
    );
    expect(left).toEqual([{ status: 'suppressed', n: 2_100 }]);
  });

  it('is held back by a vendor’s refusal of another message to the address as well', async () => {
    const [refused, other] = [await message(), await message()];
    const held = await claim(refused, other);
    await mark(held.filter(({ id }) => id === refused));
    const rejected = { status: 'failed', event: 'failed', outcome: 'rejected', reason: 'bad_address' } as const;
    await delivery.settle([sentSettlement(refused, 1, { ...rejected, providerMessageId: null, suppress: 'invalid' })]);
    expect(await mark(held.filter(({ id }) => id === other))).toEqual([]);
    expect(await tenant.row(other)).toMatchObject({ status: 'suppressed', reason: 'recipient_invalid' });
  });

  describe('by what a vendor tells', () => {
    const source = () => ({ provider: 'twilio', connectionId: newId(), tenantId: tenant.tenantId });
    const request = { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0), state: 'read' } as const;
    const refusal = (changes: object = {}) =>
      told('unsubscribed', { channel: 'sms', address: '+33612345678', suppress: 'unsubscribe', ...changes });

    async function held(channel: Channel = 'sms'): Promise<{ id: string; fence: number }[]> {
      const ids = await tenant.messages(1, { channel, recipient: '+33612345678' });
      return delivery.claim(channel, ids, LEASE);
    }

    it('holds when a STOP is stored, and so before anybody is answered', async () => {
      const claimed = await held();
      await new CallbackRepository(database.dataSource).store({ ...source(), ...request }, [refusal()]);
      expect(await mark(claimed)).toEqual([]);
      const [{ id } = { id: '' }] = claimed;
      expect(await tenant.row(id)).toMatchObject({ status: 'suppressed', reason: 'recipient_unsubscribed' });
    });

    it('waits for a worker that has the STOP in hand', async () => {
      const callbacks = new CallbackRepository(database.dataSource);
      const evidence = new DeliveryEventRepository(database.dataSource);
      const [claimed, by, stopped] = [await held(), source(), refusal()];
      await callbacks.note(by, [stopped]);
      const worker = await transaction();
      await worker.query(`SELECT FROM delivery_event WHERE event_id = $1 FOR UPDATE`, [stopped.eventId]);
      const stored = callbacks.store({ ...by, ...request }, [stopped]);
      await waiting(1);
      expect(await suppressions.list(tenant.tenantId, {}, 1)).toEqual([]);
      await worker.commitTransaction();
      expect(await stored).toBe(0);
      expect(await mark(claimed)).toEqual([]);
      expect(await evidence.apply(10)).toMatchObject({ applied: 0, unmatched: 0 });
    });

    it('holds for what is claimed when a worker applies a bounce', async () => {
      const claimed = await held();
      const bounced = told('failed', { channel: 'sms', address: '+33612345678', suppress: 'invalid' });
      await new CallbackRepository(database.dataSource).note(source(), [bounced]);
      await new DeliveryEventRepository(database.dataSource).apply(10);
      expect(await mark(claimed)).toEqual([]);
    });
  });

  describe('for bulk', () => {
    const bulk = { priority: PRIORITY_RANK.bulk };

    it('lets a code through, and stops the newsletter, claimed or not', async () => {
      const code = await message({ priority: PRIORITY_RANK.high });
      const news = await message(bulk);
      const held = await claim(code, news);
      await stop({ reason: 'unsubscribe' });
      expect(await mark(held)).toEqual([code]);
      expect(await tenant.row(news)).toMatchObject({ status: 'suppressed', reason: 'recipient_unsubscribed' });
      const [later] = await delivery.claim('email', [await message(bulk)], LEASE);
      expect(later).toMatchObject({ suppression: 'unsubscribe', suppressionScope: 'bulk', suppressionTopic: null });
      const [other] = await delivery.claim('email', [await message()], LEASE);
      expect(other).toMatchObject({ suppression: null, suppressionScope: null });
    });

    it('of one topic leaves the others', async () => {
      const offers = await message({ ...bulk, topic: 'offers' });
      const news = await message({ ...bulk, topic: 'news' });
      const held = await claim(offers, news);
      await stop({ reason: 'unsubscribe', scope: 'topic', topic: 'offers' });
      expect(await mark(held)).toEqual([news]);
      expect((await eventsOf(offers)).at(-1)).toMatchObject({ detail: { scope: 'topic', topic: 'offers' } });
    });

    it('stands beside one for all, which is the one that is met', async () => {
      const first = await stop({ reason: 'unsubscribe' });
      await stop({ reason: 'unsubscribe', scope: 'topic', topic: 'offers' });
      await stop({ reason: 'complaint' });
      expect(await stop({ reason: 'unsubscribe' })).toMatchObject({ id: first.id, scope: 'bulk', topic: null });
      expect(await suppressions.list(tenant.tenantId, {}, 9)).toHaveLength(3);
      const claimed = await delivery.claim('email', [await message(bulk), await message()], LEASE);
      expect(claimed).toMatchObject([
        { suppression: 'complaint', suppressionScope: 'all' },
        { suppression: 'complaint', suppressionScope: 'all' },
      ]);
    });

    it.each([
      ['email', 'unsubscribe', 'bulk'],
      ['email', 'complaint', 'all'],
      ['email', 'manual', 'all'],
      ['sms', 'unsubscribe', 'all'],
      ['whatsapp', 'unsubscribe', 'all'],
    ] as const)('is meant of %s by %s: %s', async (channel, reason, scope) => {
      expect(await stop({ channel, reason })).toMatchObject({ scope, topic: null });
    });
  });
});
