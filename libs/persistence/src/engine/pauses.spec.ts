import type { QueryRunner } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { until } from '../../../../test/support/until.js';
import { arrayOf, idRange } from '../statements.js';
import { MARK_SENDING } from './delivery-statements.js';
import { DeliveryRepository } from './delivery.repository.js';
import { reportSender } from '../../../../test/support/sender-rejection-tracker.js';
import { SenderReportRepository } from './sender-report.repository.js';
import { SenderRepository } from '../repositories/sender.repository.js';
import { TenantPauseRepository } from './tenant-pause.repository.js';

const LEASE = 60_000;
const BOUNDS = {
  failureRate: 0.5,
  windowMs: 600_000,
  complaintRate: 0,
  complaintWindowMs: 600_000,
  least: 1,
};

interface Held {
  id: string;
  fence: number;
}

describe('a pause', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let delivery: DeliveryRepository;
  let open: QueryRunner | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    delivery = new DeliveryRepository(database.dataSource);
  });
  beforeEach(async () => {
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterEach(async () => {
    if (open?.isTransactionActive) await open.rollbackTransaction();
    await open?.release();
    open = undefined;
  });
  afterAll(() => database.drop());

  async function claimed(count = 2, overrides: Parameters<TenantFactory['newMessage']>[0] = {}): Promise<Held[]> {
    return delivery.claim('email', await tenant.messages(count, overrides), LEASE);
  }

  async function mark(held: Held[]): Promise<string[]> {
    const call = { connectionId: null, connectionVersion: null, provider: 'smtp' };
    return [
      ...(
        await delivery.markSending(
          held.map(({ id, fence }) => ({ id, fence, ...call })),
          LEASE,
        )
      ).keys(),
    ];
  }

  /** A mark under way: what it has locked is let go when its transaction ends. */
  async function marking([{ id, fence }]: [Held, ...Held[]]): Promise<QueryRunner> {
    const runner = (open = database.dataSource.createQueryRunner());
    await runner.startTransaction();
    const values = [`{${id}}`, `{${fence}}`, '{NULL}', '{smtp}', '{NULL}', LEASE, ...idRange([id])];
    expect(await MARK_SENDING.run(runner.manager, values)).toHaveLength(1);
    return runner;
  }

  async function waitingForLocks(): Promise<boolean> {
    return until(async () => {
      const rows = await database.dataSource.query<object[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
  }

  const PAUSES: [string, () => Promise<unknown>][] = [
    [
      'of a sender by its tenant',
      () =>
        repositoryOn(database.dataSource, SenderRepository).update(
          tenant.tenantId,
          tenant.senderId,
          { status: 'paused' },
          new Date(),
        ),
    ],
    [
      'of a sender that several domains refuse',
      async () => {
        await reportSender(database.dataSource, tenant, ['a', 'b', 'c']);
        return new SenderReportRepository(database.dataSource).pause();
      },
    ],
    [
      'of a tenant whose messages fail',
      async () => {
        const pauses = new TenantPauseRepository(database.dataSource);
        await pauses.count([{ tenantId: tenant.tenantId, ended: 10, failed: 10 }]);
        return pauses.pause(BOUNDS);
      },
    ],
  ];

  it.each(PAUSES)('%s holds back what was claimed before, and who holds it is told', async (name, pause) => {
    const held = await claimed();
    await pause();
    expect(await mark(held)).toEqual([]);
    const why = name.includes('sender')
      ? { senderStatus: 'paused', tenantPause: null }
      : { senderStatus: 'verified', tenantPause: 'failure_rate' };
    expect(await delivery.paused(held)).toEqual(held.map(({ id }) => ({ id, ...why })));
    for (const { id } of held) expect(await tenant.row(id)).toMatchObject({ status: 'processing', attempts: 0 });
  });

  it.each(PAUSES)('%s waits for a mark under way', async (_name, pause) => {
    const [first, second] = (await claimed()) as [Held, Held];
    const marker = await marking([first]);
    let over = false;
    const paused = pause().then(() => (over = true));
    await waitingForLocks();
    expect(over).toBe(false);
    await marker.commitTransaction();
    await paused;
    expect(await mark([second])).toEqual([]);
    expect(await tenant.row(first.id)).toMatchObject({ status: 'sending' });
  });

  it('that is about to be committed is waited for', async () => {
    const held = await claimed();
    const runner = (open = database.dataSource.createQueryRunner());
    await runner.startTransaction();
    await runner.query(`UPDATE sender SET status = 'paused' WHERE id = $1`, [tenant.senderId]);
    const marked = mark(held);
    await waitingForLocks();
    await runner.commitTransaction();
    expect(await marked).toEqual([]);
  });

  it('of a tenant leaves its test messages alone, and other tenants’', async () => {
    const other = await TenantFactory.create(database.dataSource);
    const theirs = await delivery.claim('email', await other.messages(1), LEASE);
    const [live, test] = [await claimed(1), await claimed(1, { mode: 'test' })];
    await database.dataSource.query(
      `UPDATE tenant SET paused_at = now(), pause_reason = 'failure_rate' WHERE id = $1`,
      [tenant.tenantId],
    );
    expect((await mark([...live, ...test, ...theirs])).sort()).toEqual([...test, ...theirs].map(({ id }) => id).sort());
    expect(await delivery.paused([...live, ...test, ...theirs])).toMatchObject(live.map(({ id }) => ({ id })));
  });

  it('of many senders and marks of many lock nobody out', async () => {
    const tenants = await Promise.all(Array.from({ length: 8 }, () => TenantFactory.create(database.dataSource)));
    const senders = arrayOf(tenants.map(({ senderId }) => senderId));
    const reports = new SenderReportRepository(database.dataSource);
    const rounds = Array.from({ length: 12 }, async (_, round) => {
      if (round % 4 === 0) {
        for (const one of tenants) await reportSender(database.dataSource, one, ['a', 'b', 'c']);
        await reports.pause();
        return database.dataSource.query(
          `UPDATE sender SET status = 'verified' WHERE id IN (SELECT id FROM sender WHERE id = ANY($1::uuid[])
            ORDER BY id FOR UPDATE)`,
          [senders],
        );
      }
      const ids = (await Promise.all(tenants.map((one) => one.messages(2)))).flat().reverse();
      return mark(await delivery.claim('email', ids, LEASE));
    });
    await expect(Promise.all(rounds)).resolves.toHaveLength(12);
  });
});
