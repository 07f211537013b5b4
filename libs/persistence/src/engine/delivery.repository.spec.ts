import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { sentSettlement } from '../../../../test/support/settlements.js';
import { DeliveryRepository, type Settlement } from './delivery.repository.js';
import { MessageControlRepository } from './message-control.repository.js';
import { LostLeaseRepository } from './lost-lease.repository.js';

const LEASE = 30_000;

describe('DeliveryRepository', () => {
  let database: TestDatabase;
  let repository: DeliveryRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new DeliveryRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  async function one(): Promise<string> {
    const [id] = await tenant.messages(1);
    return id as string;
  }

  async function sending(id: string): Promise<number> {
    const [claimed] = await repository.claim('email', [id], LEASE);
    const start = { id, fence: claimed?.fence ?? 0, connectionId: null, connectionVersion: null, provider: 'smtp' };
    await repository.markSending([start], LEASE);
    return claimed?.fence ?? 0;
  }

  function settlement(id: string, fence: number, overrides: Partial<Settlement> = {}): Settlement {
    return sentSettlement(id, fence, { providerMessageId: 'vendor-1', ...overrides });
  }

  describe('claim', () => {
    it('takes what is due, with sender and tenant, and raises the fence', async () => {
      const id = await one();
      const [claimed] = await repository.claim('email', [id], LEASE);
      expect(claimed).toMatchObject({
        id,
        fence: 1,
        tenantId: tenant.tenantId,
        senderAddress: 'shop@example.com',
        senderStatus: 'verified',
        senderVerifiedOver: 'tenant',
        suppression: null,
        expired: false,
        holdsSlot: false,
        content: { subject: 'Hello', text: 'Hello Ann' },
      });
      expect(await tenant.row(id)).toMatchObject({ status: 'processing', fence: 1 });
    });

    it('leaves what is not due, of another channel, or in other hands', async () => {
      const [future] = await tenant.messages(1, { dueAt: new Date(Date.now() + 60_000) });
      const held = await one();
      await repository.claim('email', [held], LEASE);
      expect(await repository.claim('email', [future as string, held], LEASE)).toEqual([]);
      expect(await repository.claim('sms', [await one()], LEASE)).toEqual([]);
    });

    it('gives each message to one of many claimers', async () => {
      const ids = await tenant.messages(100);
      const claims = await Promise.all(Array.from({ length: 8 }, () => repository.claim('email', ids, LEASE)));
      expect(
        claims
          .flat()
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...ids].sort());
    });

    it('tells of a suppressed address and of a passed expiry', async () => {
      const [suppressed] = await tenant.messages(1, { recipient: 'bob@example.org' });
      await database.dataSource.query(
        `INSERT INTO suppression (id, tenant_id, channel, address, reason) VALUES ($1, $2, 'email', 'bob@example.org',
          'complaint')`,
        [suppressed, tenant.tenantId],
      );
      const [expired] = await tenant.messages(1, { expiresAt: new Date(Date.now() - 1_000) });
      const claimed = await repository.claim('email', [suppressed as string, expired as string], LEASE);
      expect(claimed.map(({ suppression, expired: past }) => ({ suppression, past }))).toEqual([
        { suppression: 'complaint', past: false },
        { suppression: null, past: true },
      ]);
    });
  });

  describe('markSending', () => {
    it('opens an attempt and leaves out who has lost the lease or the fence', async () => {
      const [mine, stale, late] = await tenant.messages(3);
      await repository.claim('email', [mine, stale, late] as string[], LEASE);
      await tenant.set(late as string, { lease_until: new Date(Date.now() - 1) });
      const starts = [
        { id: mine as string, fence: 1 },
        { id: stale as string, fence: 0 },
        { id: late as string, fence: 1 },
      ];
      const attempts = await repository.markSending(
        starts.map((start) => ({ ...start, connectionId: null, connectionVersion: null, provider: 'smtp' })),
        LEASE,
      );
      expect([...attempts]).toEqual([[mine, 1]]);
      expect(await tenant.row(mine as string)).toMatchObject({ status: 'sending', attempts: 1, provider: 'smtp' });
      expect(await tenant.row(late as string)).toMatchObject({ status: 'processing', attempts: 0 });
    });
  });

  describe('settle', () => {
    it('records state, attempt and event at once', async () => {
      const id = await one();
      const fence = await sending(id);
      expect(await repository.settle([settlement(id, fence)])).toEqual(new Set([id]));
      expect(await tenant.row(id)).toMatchObject({
        status: 'sent',
        provider_message_id: 'vendor-1',
        lease_until: null,
      });
      expect(await tenant.eventTypes(id)).toEqual(['queued', 'sent']);
      const [attempt] = await database.dataSource.query(`SELECT * FROM message_attempt WHERE message_id = $1`, [id]);
      expect(attempt).toMatchObject({ number: 1, outcome: 'sent', provider_message_id: 'vendor-1' });
      expect(attempt.ended_at).toBeInstanceOf(Date);
    });

    it('refuses a former holder', async () => {
      const id = await one();
      const fence = await sending(id);
      expect(await repository.settle([settlement(id, fence - 1)])).toEqual(new Set());
      expect(await tenant.row(id)).toMatchObject({ status: 'sending' });
    });

    it('queues a retry and a deferral for their time, and a slot with its grace', async () => {
      const [retry, deferred] = await tenant.messages(2);
      const fence = await sending(retry as string);
      await repository.claim('email', [deferred as string], LEASE);
      await repository.settle([
        settlement(retry as string, fence, { status: 'queued', event: 'retry', outcome: 'retry', dueAfterMs: 60_000 }),
        settlement(deferred as string, 1, {
          status: 'queued',
          event: 'deferred',
          outcome: 'deferred',
          attempt: null,
          dueAfterMs: 60_000,
          slotGraceMs: 5_000,
        }),
      ]);
      const row = await tenant.row(deferred as string);
      expect((row['slot_until'] as Date).getTime() - (row['due_at'] as Date).getTime()).toBe(5_000);
      expect(row).toMatchObject({ status: 'queued', attempts: 0, run_at: row['due_at'] });
      expect(await tenant.row(retry as string)).toMatchObject({ status: 'queued', attempts: 1, slot_until: null });
    });

    it('takes back an attempt that was opened and not used', async () => {
      const id = await one();
      const fence = await sending(id);
      const deferred = { status: 'queued', event: 'deferred', outcome: 'deferred', dueAfterMs: 0 } as const;
      await repository.settle([settlement(id, fence, deferred)]);
      expect(await tenant.row(id)).toMatchObject({ status: 'queued', attempts: 0 });
      expect(await sending(id)).toBe(2);
      expect(await tenant.row(id)).toMatchObject({ attempts: 1 });
    });

    it('wakes what would wait beyond its expiry at its expiry', async () => {
      const expiresAt = new Date(Date.now() + 30_000);
      const [id] = await tenant.messages(1, { expiresAt });
      const fence = await sending(id as string);
      await repository.settle([
        settlement(id as string, fence, { status: 'queued', event: 'retry', outcome: 'retry', dueAfterMs: 3_600_000 }),
      ]);
      expect((await tenant.row(id as string))['due_at']).toEqual(expiresAt);
    });

    it('suppresses the address when asked to, with its evidence', async () => {
      const [id] = await tenant.messages(1, { recipient: 'gone@example.org' });
      const fence = await sending(id as string);
      await repository.settle([
        settlement(id as string, fence, {
          status: 'failed',
          event: 'failed',
          outcome: 'rejected',
          reason: 'bad_address',
          detail: { code: 550 },
          suppress: 'invalid',
        }),
      ]);
      const [row] = await database.dataSource.query(`SELECT * FROM suppression WHERE address = 'gone@example.org'`);
      expect(row).toMatchObject({ reason: 'invalid', evidence: { message_id: id, reply: { code: 550 } } });
    });

    it('lets late evidence under the same fence resolve unknown', async () => {
      const id = await one();
      const fence = await sending(id);
      await tenant.set(id, { status: 'unknown', reason: 'worker_lost_while_sending', lease_until: null });
      const silence = {
        status: 'unknown',
        event: 'unknown',
        outcome: 'unknown',
        reason: 'no_reply_after_data',
      } as const;
      expect(await repository.settle([settlement(id, fence, silence)])).toEqual(new Set([id]));
      expect(await tenant.row(id)).toMatchObject({ status: 'unknown', reason: 'no_reply_after_data' });
      expect(await repository.settle([settlement(id, fence, silence)])).toEqual(new Set());
      expect(await repository.settle([settlement(id, fence)])).toEqual(new Set([id]));
      expect(await tenant.row(id)).toMatchObject({ status: 'sent' });
    });

    it('does not send again what the tenant has queued again and turns out to be sent', async () => {
      const [sent, failed] = (await tenant.messages(2)) as [string, string];
      for (const id of [sent, failed]) {
        await sending(id);
        await tenant.set(id, { lease_until: new Date(0) });
      }
      await new LostLeaseRepository(database.dataSource).rescue(10, 5);
      const messages = new MessageControlRepository(database.dataSource);
      for (const id of [sent, failed]) expect(await messages.requeue(tenant.tenantId, id, 3)).toBe(true);
      const late = settlement(failed, 1, { status: 'failed', event: 'failed', outcome: 'rejected', reason: 'refused' });
      expect(await repository.settle([settlement(sent, 1), late])).toEqual(new Set([sent]));
      expect(await tenant.row(failed)).toMatchObject({ status: 'queued' });
      const [attempt] = await database.dataSource.query(`SELECT * FROM message_attempt WHERE message_id = $1`, [
        failed,
      ]);
      expect(attempt).toMatchObject({ outcome: 'rejected', reason: 'refused' });
    });

    it('keeps the slot of who is sent back without an attempt, and adds no event without news', async () => {
      const id = await one();
      await repository.claim('email', [id], LEASE);
      const wait = {
        status: 'queued',
        outcome: 'deferred',
        attempt: null,
        dueAfterMs: 0,
        reason: 'rate_limited',
      } as const;
      await repository.settle([settlement(id, 1, { ...wait, event: 'deferred', slotGraceMs: 60_000 })]);
      const [again] = await repository.claim('email', [id], LEASE);
      expect(again).toMatchObject({ holdsSlot: true, waitedFor: 'rate_limited' });
      await repository.settle([settlement(id, 2, { ...wait, reason: 'vendor_busy', event: null })]);
      expect((await repository.claim('email', [id], LEASE))[0]).toMatchObject({ holdsSlot: true });
      expect(await tenant.eventTypes(id)).toEqual(['queued', 'deferred']);
    });
  });

  describe('release', () => {
    it('gives back what was claimed, and what was marked but not called', async () => {
      const [claimed, marked] = await tenant.messages(2);
      await repository.claim('email', [claimed as string], LEASE);
      const fence = await sending(marked as string);
      await repository.release([
        { id: claimed as string, fence: 1 },
        { id: marked as string, fence },
      ]);
      for (const id of [claimed, marked]) {
        expect(await tenant.row(id as string)).toMatchObject({ status: 'queued', attempts: 0, lease_until: null });
      }
    });
  });
});
