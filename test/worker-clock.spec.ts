import { PartitionRepository } from '@outbell/persistence/engine/partition.repository.js';
import { ResendRepository } from '@outbell/persistence/engine/resend.repository.js';
import { TenantPauseRepository } from '@outbell/persistence/engine/tenant-pause.repository.js';
import { FallbackRepository } from '@outbell/persistence/engine/fallback.repository.js';
import { LostLeaseRepository } from '@outbell/persistence/engine/lost-lease.repository.js';
import { RetentionRepository } from '@outbell/persistence/repositories/retention.repository.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { happen, hearAll } from './support/outbox-steps.js';
import { repositoryOn } from './support/repositories.js';

const DAY_MS = 86_400_000;
const POLICY = { attempts: 3, delayMs: 60_000, factor: 2, maxDelayMs: 600_000 };

// The process's clock alone is wrong: timers and the database go on as they are.
describe.each([
  ['ahead', 400],
  ['behind', -400],
])('a worker whose clock is 400 days %s', (_, days) => {
  let database: TestDatabase;
  let tenant: TenantFactory;

  beforeEach(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await database.drop();
  });

  /** From now on. */
  function setWrong(): void {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY_MS });
  }

  const query = <T>(sql: string, parameters: unknown[] = []) => database.dataSource.query<T[]>(sql, parameters);

  it('detaches no month that is kept, and makes those that come', async () => {
    const partitions = new PartitionRepository(database.dataSource);
    await tenant.messages(1);
    await query('TRUNCATE message_schedule');
    const attached = `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'message'::regclass
      ORDER BY 1`;
    const before = await query(attached);
    setWrong();
    expect(await partitions.detachOlderThan(1)).toEqual({ detached: [], kept: [] });
    await partitions.ensure();
    expect(await partitions.missing()).toEqual([]);
    expect(await query(attached)).toEqual(before);
  });

  it('forgets nothing that is kept', async () => {
    const fallbacks = [{ channel: 'sms' as const, afterMs: 1, request: {} }];
    const ids = await tenant.messages(1, { fallbacks, dedupeKey: 'a'.repeat(64), bodyHash: 'b'.repeat(64) });
    await query(`UPDATE message_fallback SET state = 'gone'`);
    await happen(database.dataSource, ids, 'sent');
    await query('UPDATE outbox SET run_at = NULL');
    const retention = repositoryOn(database.dataSource, RetentionRepository);
    setWrong();
    for (const table of ['message_dedupe', 'message_fallback', 'outbox'] as const)
      expect(await retention.prune(table, 1, 10)).toBe(0);
    expect(await query('SELECT FROM outbox')).toHaveLength(1);
  });

  it('waits as long as the retry policy says before it sends again what is unknown', async () => {
    const [id] = (await tenant.messages(1, { resends: true })) as [string];
    await happen(database.dataSource, [id], 'unknown');
    await hearAll(database.dataSource);
    await tenant.set(id, { attempts: 1, updated_at: new Date() });
    const resends = new ResendRepository(database.dataSource);
    const run = async () => {
      await query('UPDATE message_resend SET run_at = now()');
      return resends.run(10, POLICY);
    };
    setWrong();
    expect(await run()).toEqual([{ messageId: id, verdict: 'resting' }]);
    await query(`UPDATE message SET updated_at = now() - interval '91 s'`);
    expect(await run()).toEqual([{ messageId: id, verdict: 'again' }]);
  });

  it('lets fallbacks wait until they are due, and no longer', async () => {
    const fallbacks = [{ channel: 'sms' as const, afterMs: 60_000, request: {} }];
    const [id] = (await tenant.messages(1, { fallbacks })) as [string];
    await tenant.set(id, { status: 'sent' });
    const repository = new FallbackRepository(database.dataSource);
    const look = async () => {
      await query('UPDATE message_fallback SET run_at = now()');
      return repository.look(10, ['sms'], 60_000);
    };
    setWrong();
    expect(await look()).toMatchObject([{ verdict: 'waiting' }]);
    await query(`UPDATE message_fallback SET due_at = now()`);
    expect(await look()).toMatchObject([{ verdict: 'going' }]);
  });

  it('ends leases that ran out, and no others', async () => {
    const [held, lost] = (await tenant.messages(2)) as [string, string];
    for (const id of [held, lost])
      await tenant.set(id, { status: 'processing', lease_until: new Date(Date.now() + 60_000) });
    await query(`UPDATE message SET lease_until = now() - interval '1 s', updated_at = now() WHERE id = $1`, [lost]);
    await query('UPDATE message_lease SET run_at = now()');
    setWrong();
    expect(await new LostLeaseRepository(database.dataSource).rescue(10, 5)).toMatchObject({ requeued: 1 });
    expect(await tenant.row(held)).toMatchObject({ status: 'processing' });
  });

  it('pauses a tenant for the complaints of its window alone, whoever wrote them down', async () => {
    const pauses = new TenantPauseRepository(database.dataSource);
    const bounds = { failureRate: 0, windowMs: DAY_MS, complaintRate: 0.01, complaintWindowMs: DAY_MS, least: 10 };
    const complain = (count: number, ageDays: number) =>
      query(
        `INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence, created_at)
         SELECT gen_random_uuid(), $1, 'email', $2::int || '-' || n || '@example.org', 'complaint',
           '{"kind": "complained"}',
           now() - $2::int * interval '1 day'
         FROM generate_series(1, $3::int) AS n`,
        [tenant.tenantId, ageDays, count],
      );
    setWrong();
    await pauses.count([{ tenantId: tenant.tenantId, ended: 100, failed: 0 }]);
    await complain(5, 2);
    expect(await pauses.pause(bounds)).toEqual([]);
    await complain(5, 0);
    expect(await pauses.pause(bounds)).toMatchObject([{ reason: 'complaint_rate', detail: { complaints: 5 } }]);
  });
});
