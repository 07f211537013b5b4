import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { reportSender } from '../../../../test/support/sender-rejection-tracker.js';
import { SenderReportRepository } from './sender-report.repository.js';

describe('SenderReportRepository', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let repository: SenderReportRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new SenderReportRepository(database.dataSource);
  });
  beforeEach(async () => {
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  const report = (...domains: string[]) => reportSender(database.dataSource, tenant, domains);

  async function sender(): Promise<Record<string, unknown>> {
    const [row] = await database.dataSource.query<Record<string, unknown>[]>(
      'SELECT status, status_reason AS reason FROM sender WHERE id = $1',
      [tenant.senderId],
    );
    return row ?? {};
  }

  it('pauses a sender that three domains refuse, and says by what', async () => {
    await report('a.example', 'b.example');
    expect(await repository.pause()).toEqual([]);
    await report('c.example');
    const reason = '3 recipient domains refuse it within an hour, the latest: policy_rejected (smtp)';
    const { tenantId, senderId } = tenant;
    expect(await repository.pause()).toEqual([{ tenantId, senderId, reason }]);
    expect(await sender()).toEqual({ status: 'paused', reason });
  });

  it('counts a domain once, however often it reports: one hostile recipient stops nobody', async () => {
    for (let times = 0; times < 5; times++) await report('a.example', 'b.example');
    expect(await repository.pause()).toEqual([]);
    expect(await sender()).toMatchObject({ status: 'verified' });
  });

  it('counts what was said within the hour', async () => {
    await report('a.example');
    await database.dataSource.query(
      `UPDATE sender_report SET reported_at = now() - interval '61 min' WHERE sender_id = $1`,
      [tenant.senderId],
    );
    await report('b.example', 'c.example');
    expect(await repository.pause()).toEqual([]);
    const rows = await database.dataSource.query(`SELECT domain FROM sender_report WHERE sender_id = $1 ORDER BY 1`, [
      tenant.senderId,
    ]);
    expect(rows).toEqual([{ domain: 'b.example' }, { domain: 'c.example' }]);
  });

  it('begins anew when the sender is resumed', async () => {
    await report('a.example', 'b.example', 'c.example');
    await repository.pause();
    await database.dataSource.query(`UPDATE sender SET status = 'verified' WHERE id = $1`, [tenant.senderId]);
    await report('d.example');
    expect(await repository.pause()).toEqual([]);
  });
});
