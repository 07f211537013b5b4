import type { Repository } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { MessageEntity } from '../entities/message.entity.js';
import { listMessages, MOST_SCANNED } from './message-list.js';

describe('listMessages', () => {
  let messages: Repository<MessageEntity>;
  let database: TestDatabase;
  let tenant: TenantFactory;
  let oldest: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    messages = database.dataSource.getRepository(MessageEntity);
    tenant = await TenantFactory.create(database.dataSource);
    [oldest] = (await tenant.messages(1, { metadata: { order: '17' } })) as [string];
    // As many again as one list looks at, and some; ids that follow.
    await database.dataSource.query(
      `INSERT INTO message (id, tenant_id, sender_id, created_at, priority, channel, mode, recipient, due_at,
         updated_at, status, metadata)
       SELECT overlay($1::text PLACING 'f' || lpad(to_hex(n), 11, '0') FROM 25)::uuid, tenant_id, sender_id, created_at,
         priority, channel, mode, recipient, due_at, updated_at, 'sent', '{"order":"18"}'
       FROM message, generate_series(1, $2) AS n WHERE id = $1::uuid`,
      [oldest, MOST_SCANNED + 100],
    );
  });
  afterAll(() => database.drop());

  it('gives up after so many messages, says where, and goes on from there', async () => {
    const wanted = { metadata: [['order', '17'] as [string, string]] };
    const first = await listMessages(messages, tenant.tenantId, wanted, 10);
    expect(first).toMatchObject({ rows: [], scannedTo: expect.any(String) as string });
    const second = await listMessages(
      messages,
      tenant.tenantId,
      { ...wanted, before: first.scannedTo ?? undefined },
      10,
    );
    expect(second.rows.map(({ id }) => id)).toEqual([oldest]);
    expect(second.scannedTo).toBeNull();
  });

  it('says so of no list that an index leads to', async () => {
    const byPerson = { recipient: 'ann@example.org', metadata: [['order', '17'] as [string, string]] };
    const found = await listMessages(messages, tenant.tenantId, byPerson, 10);
    expect(found).toMatchObject({ rows: [{ id: oldest }], scannedTo: null });
    expect((await listMessages(messages, tenant.tenantId, {}, 2)).scannedTo).toBeNull();
  });
});
