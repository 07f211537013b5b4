import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { FiguresRepository } from './figures.repository.js';

describe('FiguresRepository', () => {
  let database: TestDatabase;
  let repository: FiguresRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new FiguresRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  beforeEach(() => database.dataSource.query('TRUNCATE message, message_schedule'));
  afterAll(() => database.drop());

  function ago(seconds: number): Date {
    return new Date(Date.now() - seconds * 1_000);
  }

  it('are nothing for a channel without messages', async () => {
    expect(await repository.read(['email', 'sms'])).toEqual([
      { channel: 'email', due: 0, lagSeconds: 0, unknown: 0 },
      { channel: 'sms', due: 0, lagSeconds: 0, unknown: 0 },
    ]);
  });

  describe('due', () => {
    it('counts what waits for a worker, of all priorities and tenants, by channel', async () => {
      const other = await TenantFactory.create(database.dataSource);
      await tenant.messages(2, { priority: 1 });
      await tenant.messages(3, { priority: 2 });
      await other.messages(4, { priority: 3 });
      await tenant.messages(1, { channel: 'sms' });
      const [email, sms] = await repository.read(['email', 'sms']);
      expect([email?.due, sms?.due]).toEqual([9, 1]);
    });

    it('does not count what is scheduled, on its way, in hand or done', async () => {
      await tenant.messages(1, { dueAt: new Date(Date.now() + 60_000) });
      await tenant.messages(1, { wakeAfterMs: 30_000 });
      const [held, done] = (await tenant.messages(2)) as [string, string];
      await tenant.set(held, { status: 'sending' });
      await tenant.set(done, { status: 'sent' });
      expect(await repository.read(['email'])).toMatchObject([{ due: 0, lagSeconds: 0 }]);
    });
  });

  describe('lag', () => {
    it('is the age of the longest-due of any priority, in seconds', async () => {
      const [code, news] = [
        ...(await tenant.messages(1, { priority: 1 })),
        ...(await tenant.messages(1, { priority: 3 })),
      ];
      await tenant.set(code!, { due_at: ago(5), run_at: ago(5) });
      await tenant.set(news!, { due_at: ago(120), run_at: ago(120) });
      const [figures] = await repository.read(['email']);
      expect(figures?.lagSeconds).toBeGreaterThanOrEqual(120);
      expect(figures?.lagSeconds).toBeLessThan(130);
    });

    // It is the age of what was published the longest time ago: one that is published again and again is never it.
    it('is that of a message whose wake-ups lead to nothing', async () => {
      const [stuck, fresh] = (await tenant.messages(2)) as [string, string];
      await tenant.set(stuck, { due_at: ago(3_600), run_at: ago(1) });
      await tenant.set(fresh, { due_at: ago(10), run_at: ago(10) });
      expect((await repository.read(['email']))[0]?.lagSeconds).toBeGreaterThanOrEqual(3_600);
    });
  });

  describe('unknown', () => {
    it('counts what nobody can tell, by channel', async () => {
      const ids = await tenant.messages(3);
      for (const id of ids) await tenant.set(id, { status: 'unknown' });
      const [email, sms] = await repository.read(['email', 'sms']);
      expect([email?.unknown, sms?.unknown]).toEqual([3, 0]);
    });
  });
});
