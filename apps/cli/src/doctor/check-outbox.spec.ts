import { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { happen } from '../../../../test/support/outbox-steps.js';
import { checkOutbox } from './check-outbox.js';

describe('checkOutbox', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const check = () => checkOutbox(['one', 'other'], new OutboxRepository(database.dataSource));

  it('warns of events that a subscriber failed at for good, or does not get to hear', async () => {
    const tenant = await TenantFactory.create(database.dataSource);
    const ids = await tenant.messages(3, { listeners: ['one'] });
    await happen(database.dataSource, ids, 'sent');
    expect(await check()).toEqual([]);
    await database.dataSource.query(
      `UPDATE outbox SET run_at = CASE WHEN message_id <> $1 THEN now() - interval '20 min' END`,
      [ids[0]],
    );
    expect(await check()).toMatchObject([
      { check: 'outbox', status: 'warn', found: '1 events were set aside: one failed at them again and again' },
      {
        check: 'outbox',
        status: 'warn',
        found: expect.stringMatching(/^2 events wait for one, the oldest for 12\d\d s$/),
      },
    ]);
  });
});
