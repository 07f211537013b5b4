import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { SenderReportRepository } from '@outbell/persistence/engine/sender-report.repository.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { claimedMessage } from '../../../../test/support/deliveries.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { SenderPauses } from './sender-pauses.js';
import type { Marked } from '../delivery/delivery.js';
import { SenderReports } from './sender-reports.js';

const REFUSED = { outcome: 'rejected', reason: 'policy_rejected' } as const;

describe('SenderReports', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let repository: SenderReportRepository;
  let reports: SenderReports;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new SenderReportRepository(database.dataSource);
    reports = new SenderReports(repository);
  });
  beforeEach(async () => {
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  function called(overrides: Partial<ClaimedMessage>): Marked {
    const { tenantId, senderId } = tenant;
    const message = claimedMessage({ tenantId, senderId, ...overrides });
    return { message, attempt: 1, connection: { provider: 'smtp' } } as unknown as Marked;
  }

  async function domains(): Promise<string[]> {
    const rows = await database.dataSource.query<{ domain: string }[]>(
      'SELECT domain FROM sender_report WHERE sender_id = $1 ORDER BY domain',
      [tenant.senderId],
    );
    return rows.map(({ domain }) => domain);
  }

  it('are of mail servers that refuse for reputation, a domain each', async () => {
    reports.add(called({ recipient: 'ann@Example.org' }), REFUSED);
    reports.add(called({ recipient: 'bob@example.org' }), REFUSED);
    reports.add(called({ recipient: 'eve@example.net' }), { outcome: 'rejected', reason: 'bad_address' });
    reports.add(called({ recipient: 'eve@example.net', mode: 'test' }), REFUSED);
    reports.add(called({ recipient: '+33612345678', channel: 'sms' }), REFUSED);
    reports.add({ message: claimedMessage({ recipient: 'eve@example.net' }) }, REFUSED);
    await reports.write();
    expect(await domains()).toEqual(['example.org']);
  });

  it('pause the sender when there are three', async () => {
    const pauses = new SenderPauses(repository);
    for (const domain of ['a.example', 'b.example']) reports.add(called({ recipient: `ann@${domain}` }), REFUSED);
    await reports.write();
    await pauses.run();
    expect(await domains()).toHaveLength(2);
    reports.add(called({ recipient: 'ann@c.example' }), REFUSED);
    await reports.write();
    await pauses.run();
    const [sender] = await database.dataSource.query<{ status: string }[]>('SELECT status FROM sender WHERE id = $1', [
      tenant.senderId,
    ]);
    expect(sender?.status).toBe('paused');
  });
});
