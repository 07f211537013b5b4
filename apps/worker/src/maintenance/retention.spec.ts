import { PostgresRateLimiter } from '@outbell/limits/postgres.rate-limiter.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { IdempotencyRepository } from '@outbell/persistence/repositories/idempotency.repository.js';
import { RetentionRepository } from '@outbell/persistence/repositories/retention.repository.js';
import { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { told } from '../../../../test/support/told.js';
import { Retention } from './retention.js';

describe('Retention', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let answers: IdempotencyRepository;

  beforeEach(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
    answers = repositoryOn(database.dataSource, IdempotencyRepository);
    await leaveOldRows();
  });
  afterEach(() => database.drop());

  function retention(months: number): Retention {
    const { dataSource } = database;
    return new Retention(
      repositoryOn(dataSource, RetentionRepository),
      new PostgresRateLimiter(new RateSlotRepository(dataSource)),
      testConfig({ RETENTION_MONTHS: String(months) }),
    );
  }

  async function count(from: string): Promise<number> {
    const [row] = await database.dataSource.query<[{ count: number }]>(`SELECT count(*)::int FROM ${from}`);
    return row.count;
  }

  async function leaveOldRows(): Promise<void> {
    const { dataSource } = database;
    const { tenantId } = tenant;
    await tenant.messages(1, { dedupeKey: 'a'.repeat(64), bodyHash: 'b'.repeat(64) });
    await dataSource.query(`UPDATE message_dedupe SET created_at = now() - interval '9 months'`);
    await dataSource.query(
      `INSERT INTO rate_level (key, slice_ms, slot_limit, full_spans, last_slice) VALUES ('idle', 1000, 1, '[]', 1)`,
    );
    for (const key of ['aa', 'bb']) await answers.claim({ tenantId, key, request: 'cc' }, 1_000);
    await dataSource.query(`UPDATE idempotency SET created_at = now() - interval '8 days' WHERE key = '\\xaa'`);
    const facts = [told('opened', { messageId: newId() })];
    await new CallbackRepository(dataSource).note({ provider: 'caller', connectionId: newId(), tenantId }, facts);
    await dataSource.query(`UPDATE delivery_event SET received_at = now() - interval '31 days', run_at = NULL`);
    await dataSource.query(
      `INSERT INTO outbox (subscriber, tenant_id, message_id, type, at) VALUES ('there-is-none', $1, $1, 'sent',
        now() - interval '31 days')`,
      [tenantId],
    );
  }

  it('deletes from each table what is past its time', async () => {
    await retention(6).prune();
    for (const table of ['message_dedupe', 'rate_level', 'delivery_event', 'outbox'])
      expect(await count(table)).toBe(0);
    expect(await count('idempotency')).toBe(1);
  });

  it('keeps what belongs to messages as long as they are kept', async () => {
    await retention(0).prune();
    expect(await count('message_dedupe')).toBe(1);
    expect(await count('delivery_event')).toBe(0);
  });

  it('prunes the other tables when one cannot be, and says so', async () => {
    await database.dataSource.query('ALTER TABLE delivery_event RENAME TO elsewhere');
    await expect(retention(6).prune()).rejects.toThrow(/delivery_event/);
    for (const table of ['message_dedupe', 'rate_level']) expect(await count(table)).toBe(0);
  });
});
