import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { MessageControlRepository } from '@outbell/persistence/engine/message-control.repository.js';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import { ResendRepository } from '@outbell/persistence/engine/resend.repository.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { happen, hearAll } from '../../../../test/support/outbox-steps.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { Resends } from './resends.js';

const RETRIES = { RETRY_ATTEMPTS: '3', RETRY_DELAY_MS: '60000', RETRY_FACTOR: '2' };
const LONG_AGO = new Date(Date.now() - 3_600_000);
const UNKNOWN = { status: 'unknown', attempts: 1, reason: 'no_reply_after_data', updated_at: LONG_AGO };

describe('Resends', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let metrics: Metrics;
  let work: Resends;

  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
  });
  beforeEach(async () => {
    await query('TRUNCATE message_resend');
    metrics = new Metrics();
    work = new Resends(new ResendRepository(database.dataSource), testConfig(RETRIES), metrics);
  });
  afterAll(() => database.drop());

  function query<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    return database.dataSource.query<T[]>(sql);
  }

  /** A message that is to be sent again if need be, in that state, and to be looked at. */
  async function message(columns: Record<string, unknown>): Promise<string> {
    const [id] = (await tenant.messages(1, { resends: true })) as [string];
    await endUnknown(id, columns);
    return id;
  }

  /** It ends unknown, and has come into that state by the time it is looked at. */
  async function endUnknown(id: string, columns: Record<string, unknown>): Promise<void> {
    await happen(database.dataSource, [id], 'unknown');
    await hearAll(database.dataSource);
    await tenant.set(id, columns);
  }

  async function runAt(): Promise<number | null> {
    const [row] = await query<{ ms: number | null }>(
      `SELECT extract(epoch FROM run_at - now())::float8 * 1000 AS ms FROM message_resend`,
    );
    return row?.ms ?? null;
  }

  /** As a retry waits: from what its policy says to half as much again. */
  function expectWait(ms: number | null, leastMs: number): void {
    expect(ms).toBeGreaterThan(leastMs - 5_000);
    expect(ms).toBeLessThan(1.5 * leastMs);
  }

  it('queues an unknown message again, and tells that it may arrive twice', async () => {
    const id = await message(UNKNOWN);
    await Promise.all([work.run(), work.run()]);
    expect(await tenant.row(id)).toMatchObject({ status: 'queued', reason: null, attempts: 1, isolate: true });
    const history = await repositoryOn(database.dataSource, MessageRepository).history(tenant.tenantId, id);
    expect(history?.events.map(({ type }) => type)).toEqual(['queued', 'resend']);
    expect(history?.events.at(-1)).toMatchObject({
      attempt: 1,
      reason: 'may_arrive_twice',
      detail: { was: 'unknown' },
    });
    expect(await metrics.text()).toContain('messages_resent_total 1');
    const [claimed] = await new DeliveryRepository(database.dataSource).claim('email', [id], 60_000);
    expect(claimed).toMatchObject({ id, attempts: 1, past: null });
  });

  it('lets it rest for as long as a retry waits', async () => {
    const id = await message({ ...UNKNOWN, attempts: 2, updated_at: new Date() });
    await work.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown' });
    expectWait(await runAt(), 120_000);
    // It is drawn once: a second look puts it off no further.
    await query('UPDATE message_resend SET run_at = now()');
    const before = await runAt();
    expect(before).toBeLessThanOrEqual(0);
    await work.run();
    expectWait(await runAt(), 120_000);
  });

  it('begins the waits anew after a tenant’s own retry', async () => {
    const id = await message({ ...UNKNOWN, attempts: 3 });
    expect(await new MessageControlRepository(database.dataSource).requeue(tenant.tenantId, id, 3)).toBe(true);
    await endUnknown(id, { ...UNKNOWN, attempts: 4, updated_at: new Date() });
    await work.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown', attempt_limit: 6 });
    expectWait(await runAt(), 60_000);
  });

  it.each<[string, Record<string, unknown>]>([
    ['has had all its attempts', { ...UNKNOWN, attempts: 3 }],
    ['has been repeated under a vendor’s key', { ...UNKNOWN, maybe_sent_at: LONG_AGO }],
    ['has expired', { ...UNKNOWN, expires_at: LONG_AGO }],
  ])('leaves one alone that %s', async (_, columns) => {
    const id = await message(columns);
    await work.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown' });
    expect(await runAt()).toBeNull();
  });

  it('does not count attempts that failed over', async () => {
    const id = await message({ ...UNKNOWN, attempts: 3, failovers: 1 });
    await work.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'queued' });
  });

  it.each<MessageStatus>(['sent', 'delivered', 'failed', 'canceled', 'queued', 'sending'])(
    'has done with one that is %s',
    async (status) => {
      const id = await message({ status });
      await work.run();
      expect(await tenant.row(id)).toMatchObject({ status });
      expect(await runAt()).toBeNull();
    },
  );

  it('sends it again each time it ends unknown, until it has had its attempts', async () => {
    const id = await message(UNKNOWN);
    await work.run();
    expect(await query('SELECT FROM message_resend')).toEqual([]);
    await endUnknown(id, { ...UNKNOWN, attempts: 2 });
    await work.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'queued' });
    await endUnknown(id, { ...UNKNOWN, attempts: 3 });
    await work.run();
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown' });
    expect(await query('SELECT FROM message_resend')).toEqual([]);
  });

  it('leaves alone whose tenant did not ask for it', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await endUnknown(id, UNKNOWN);
    await work.run();
    expect(await query('SELECT FROM message_resend')).toEqual([]);
    expect(await tenant.row(id)).toMatchObject({ status: 'unknown' });
  });
});
