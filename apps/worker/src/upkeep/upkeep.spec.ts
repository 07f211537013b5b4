import { PostgresRateLimiter } from '@outbell/limits/postgres.rate-limiter.js';
import { IdempotencyRepository } from '@outbell/persistence/repositories/idempotency.repository.js';
import { MessageIntakeRepository } from '@outbell/persistence/repositories/message-intake.repository.js';
import { PartitionRepository } from '@outbell/persistence/repositories/partition.repository.js';
import { RateSlotRepository } from '@outbell/persistence/repositories/rate-slot.repository.js';
import { Clock } from '@outbell/shared/clock.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { until } from '../../../../test/support/until.js';
import { Upkeep } from './upkeep.js';

const DAY_MS = 86_400_000;

class AheadClock extends Clock {
  constructor(private readonly days: number) {
    super();
  }

  override now(): Date {
    return new Date(Date.now() + this.days * DAY_MS);
  }
}

describe('Upkeep', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;

  beforeEach(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterEach(() => database.drop());

  function upkeep(daysOn: number, retentionMonths: number): Upkeep {
    const { dataSource } = database;
    return new Upkeep(
      new PartitionRepository(dataSource),
      new MessageIntakeRepository(dataSource),
      new IdempotencyRepository(dataSource),
      new PostgresRateLimiter(new RateSlotRepository(dataSource)),
      new AheadClock(daysOn),
      testConfig({ RETENTION_MONTHS: String(retentionMonths) }),
    );
  }

  async function count(from: string): Promise<number> {
    const [row] = await database.dataSource.query<[{ count: number }]>(`SELECT count(*)::int FROM ${from}`);
    return row.count;
  }

  const months = () => count(`pg_inherits WHERE inhparent = 'message'::regclass`);

  async function leaveOldKeysAndSlots(): Promise<void> {
    await tenant.messages(1, { dedupeKey: 'a'.repeat(64), bodyHash: 'b'.repeat(64) });
    await database.dataSource.query(`UPDATE message_dedupe SET created_at = now() - interval '9 months'`);
    await database.dataSource.query(`WITH done AS (DELETE FROM message_schedule) UPDATE message SET status = 'sent'`);
    await database.dataSource.query(
      `INSERT INTO rate_level (key, slice_ms, slot_limit, full_spans, last_slice) VALUES ('idle', 1000, 1, '[]', 1)`,
    );
  }

  it('does the rest of the house when no partition can be made', async () => {
    await leaveOldKeysAndSlots();
    const soon = new AheadClock(200).now().toISOString().slice(0, 7).replace('-', '_');
    await database.dataSource.query(`CREATE TABLE message_${soon} (not_a_message text)`);
    const house = upkeep(200, 1);
    house.onApplicationBootstrap();
    try {
      await until(async () => (await count('message_dedupe')) === 0 && (await count('rate_level')) === 0);
      await until(async () => (await count('message')) === 0);
      await until(async () => (await count(`pg_class WHERE relname = 'message_event_${soon}'`)) === 1);
    } finally {
      await house.beforeApplicationShutdown();
    }
  });

  it('does the rest of the house while a partition cannot be detached', async () => {
    await leaveOldKeysAndSlots();
    const reader = database.dataSource.createQueryRunner();
    await reader.startTransaction();
    await reader.query('SELECT FROM message');
    const house = upkeep(200, 1);
    const before = await months();
    house.onApplicationBootstrap();
    try {
      await until(async () => (await count('message_dedupe')) === 0 && (await count('rate_level')) === 0);
      await until(async () => (await months()) > before);
    } finally {
      await reader.commitTransaction();
      await reader.release();
      await house.beforeApplicationShutdown();
    }
  });

  it('keeps everything without retention', async () => {
    await leaveOldKeysAndSlots();
    const house = upkeep(200, 0);
    expect(await house.retire()).toBe(false);
    expect(await house.forget()).toBe(false);
    expect(await count('message_dedupe')).toBe(1);
    expect(await count('message')).toBe(1);
  });

  it('forgets first answers after seven days', async () => {
    const { tenantId } = tenant;
    const answers = new IdempotencyRepository(database.dataSource);
    for (const key of ['aa', 'bb']) await answers.claim({ tenantId, key, request: 'cc' }, 1_000);
    const old = `UPDATE idempotency SET created_at = now() - interval '8 days' WHERE key = '\\xaa'`;
    await database.dataSource.query(old);
    expect(await upkeep(0, 0).forgetAnswers()).toBe(false);
    expect(await database.dataSource.query(`SELECT encode(key, 'hex') AS key FROM idempotency`)).toEqual([
      { key: 'bb' },
    ]);
  });
});
