import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { MessageControlRepository } from '../engine/message-control.repository.js';
import { MessageRepository } from './message.repository.js';

describe('MessageRepository', () => {
  let database: TestDatabase;
  let repository: MessageRepository;
  let control: MessageControlRepository;
  let tenant: TenantFactory;
  let stranger: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = repositoryOn(database.dataSource, MessageRepository);
    control = new MessageControlRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
    stranger = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  it('lists newest first, page by page, by every filter', async () => {
    const plain = await tenant.messages(3);
    const [tagged] = (await tenant.messages(1, { tags: ['spring', 'news'], recipient: 'eve@example.org' })) as [string];
    await tenant.set(tagged, { status: 'failed' });
    const list = async (filter: Parameters<MessageRepository['list']>[1], limit = 10) =>
      (await repository.list(tenant.tenantId, filter, limit)).rows.map(({ id }) => id);
    expect(await list({}, 2)).toEqual([tagged, plain[2]]);
    expect(await list({ before: plain[2] }, 2)).toEqual([plain[1], plain[0]]);
    for (const filter of [{ tag: 'news' }, { status: 'failed' as const }, { recipient: 'eve@example.org' }]) {
      expect(await list(filter)).toEqual([tagged]);
    }
    expect(await list({ channel: 'sms' })).toEqual([]);
    expect(await list({ createdAfter: new Date(Date.now() + 1_000) })).toEqual([]);
    expect(await list({ createdBefore: new Date(Date.now() + 1_000) })).toHaveLength(4);
  });

  it('shows a tenant nothing of another', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    expect(await repository.history(stranger.tenantId, id)).toBeNull();
    expect((await repository.list(stranger.tenantId, {}, 10)).rows).toEqual([]);
    expect(await control.cancel(stranger.tenantId, id)).toBe(false);
    await tenant.set(id, { status: 'failed' });
    expect(await control.requeue(stranger.tenantId, id, 6)).toBe(false);
  });

  it('cancels only what nobody has begun', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    expect(await control.cancel(tenant.tenantId, id)).toBe(true);
    expect(await control.cancel(tenant.tenantId, id)).toBe(false);
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'canceled']);
  });

  it('queues a dead one again with new attempts, and says what it was', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    expect(await control.requeue(tenant.tenantId, id, 6)).toBe(false);
    await tenant.set(id, { status: 'unknown', attempts: 6, expires_at: new Date(Date.now() - 1) });
    expect(await control.requeue(tenant.tenantId, id, 6)).toBe(true);
    expect(await tenant.row(id)).toMatchObject({ status: 'queued', attempt_limit: 12, expires_at: null });
    const history = await repository.history(tenant.tenantId, id);
    expect(history?.events.at(-1)).toMatchObject({ type: 'requeued', detail: { was: 'unknown' } });
  });
});
