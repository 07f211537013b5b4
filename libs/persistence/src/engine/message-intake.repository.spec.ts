import { RetentionRepository } from '../repositories/retention.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { MessageIntakeRepository } from './message-intake.repository.js';
import type { NewMessage } from './new-message.js';

const KEY = 'a'.repeat(64);
const BODY = 'b'.repeat(64);

describe('MessageIntakeRepository', () => {
  let database: TestDatabase;
  let repository: MessageIntakeRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new MessageIntakeRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  it('writes the message due now, with its first event', async () => {
    const message = tenant.newMessage({ tags: ['a', 'b'], metadata: { order: 7 }, wakeAfterMs: 5_000 });
    expect(await repository.insert([message])).toEqual({ createdAt: expect.any(Date) as Date, taken: [] });
    const row = await tenant.row(message.id);
    expect(row).toMatchObject({ status: 'queued', fence: 0, attempts: 0, tags: ['a', 'b'], metadata: { order: 7 } });
    expect((row['run_at'] as Date).getTime() - (row['due_at'] as Date).getTime()).toBe(5_000);
    expect(await tenant.eventTypes(message.id)).toEqual(['queued']);
  });

  it('makes one row of 200 parallel requests under one key', async () => {
    const messages = Array.from({ length: 200 }, () => tenant.newMessage({ dedupeKey: KEY, bodyHash: BODY }));
    const insertions = await Promise.all(messages.map((message) => repository.insert([message])));
    const [won, ...others] = insertions.filter(({ taken }) => taken.length === 0);
    expect([won, ...others]).toHaveLength(1);
    const id = messages[insertions.indexOf(won!)]?.id;
    expect(await tenant.eventTypes(id!)).toEqual(['queued']);
    const earlier = await repository.findEarlier(messages);
    expect(new Set(earlier.map((first) => first.id))).toEqual(new Set([id]));
    expect(earlier[0]).toMatchObject({ bodyHash: BODY, createdAt: won!.createdAt });
  });

  it('keeps the first of two items with one key within a batch', async () => {
    const key = 'c'.repeat(64);
    const twins = [1, 2].map(() => tenant.newMessage({ dedupeKey: key, bodyHash: BODY }));
    const { taken } = await repository.insert([...twins, tenant.newMessage()]);
    expect(taken).toEqual([twins[1]?.id]);
    expect(await repository.findEarlier(twins)).toHaveLength(2);
  });

  it('keeps the keys of tenants apart', async () => {
    const other = await TenantFactory.create(database.dataSource);
    const { taken } = await repository.insert([other.newMessage({ dedupeKey: KEY, bodyHash: BODY })]);
    expect(taken).toEqual([]);
  });

  it('keeps the keys of producers apart from those that tenants give', async () => {
    const source = { kind: 'campaign', id: newId() };
    const key = { dedupeKey: '7'.repeat(64), bodyHash: BODY };
    const messages = [tenant.newMessage(key), tenant.newMessage({ ...key, source })];
    expect((await repository.insert(messages)).taken).toEqual([]);
    const repeats = [tenant.newMessage(key), tenant.newMessage({ ...key, source })];
    expect((await repository.insert(repeats)).taken).toEqual(repeats.map(({ id }) => id));
    const earlier = new Map((await repository.findEarlier(repeats)).map(({ askedId, id }) => [askedId, id]));
    expect(repeats.map(({ id }) => earlier.get(id))).toEqual(messages.map(({ id }) => id));
  });

  it('remembers for whom, by whom and for which subscribers a message was made, of those that have any', async () => {
    const [contactId, source] = [newId(), { kind: 'hunt', id: newId() }];
    const made = tenant.newMessage({ contactId, source, listeners: ['credits', 'campaigns'], topic: 'offers' });
    const plain = tenant.newMessage({ listeners: [] });
    await repository.insert([plain, made]);
    expect(await tenant.row(made.id)).toMatchObject({
      ...{ contact_id: contactId, source_kind: 'hunt', source_id: source.id },
      ...{ listeners: ['credits', 'campaigns'], topic: 'offers' },
    });
    const nothing = { contact_id: null, source_kind: null, source_id: null, listeners: null, topic: null };
    expect(await tenant.row(plain.id)).toMatchObject(nothing);
  });

  describe('retention', () => {
    async function past(): Promise<NewMessage[]> {
      const messages = ['d', 'e', 'f'].map((digit) =>
        tenant.newMessage({ dedupeKey: digit.repeat(64), bodyHash: BODY }),
      );
      await repository.insert(messages);
      await database.dataSource.query(
        `UPDATE message_dedupe SET created_at = now() - interval '5 months' WHERE message_id = ANY($1)`,
        [messages.map(({ id }) => id)],
      );
      return messages;
    }

    it('forgets keys past retention only, in portions', async () => {
      const young = tenant.newMessage({ dedupeKey: '9'.repeat(64), bodyHash: BODY });
      await repository.insert([young]);
      const old = await past();
      const retention = repositoryOn(database.dataSource, RetentionRepository);
      expect(await retention.prune('message_dedupe', 3, 2)).toBe(2);
      expect(await repository.findEarlier(old)).toHaveLength(1);
      expect(await retention.prune('message_dedupe', 3, 2)).toBe(1);
      expect(await repository.findEarlier([...old, young])).toHaveLength(1);
    });
  });
});
