import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Intake } from '@outbell/intake/intake.js';
import { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { backlog } from '../support/backlog.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TenantFactory } from '../support/factories.js';
import { statuses } from '../support/statuses.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';

// Who comes late and is in a hurry, or asks for little, does not wait for who asked for much.
describe('with a backlog', () => {
  let database: TestDatabase;
  let worker: NestFastifyApplication;
  let server: ScriptedSmtpServer;

  beforeEach(async () => {
    database = await createTestDatabase();
    server = await ScriptedSmtpServer.start();
    worker = await startWorker({ DATABASE_URL: database.url });
  });
  afterEach(async () => {
    await worker.close();
    await server.stop();
    await database.drop();
  });

  async function newTenant(): Promise<TenantFactory> {
    const tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault), { max_connections: 20 });
    return tenant;
  }

  /** How many of these the vendor has. */
  function takenOf(ids: string[]): number {
    const taken = new Set(takenBy(server));
    return ids.filter((id) => taken.has(id)).length;
  }

  it('of 100,000 bulk messages, one of high priority is sent at once', { timeout: 60_000 }, async () => {
    const tenant = await newTenant();
    await backlog(database.dataSource, tenant, 100_000, 'bulk');
    await until(async () => server.messages.length > 100, 30_000);
    const { tenantId, senderId: sender } = tenant;
    const code = {
      channel: 'email',
      to: 'ann@example.org',
      subject: 'Code',
      text: '123456',
      priority: 'high',
    } as const;
    const answer = await worker.get(Intake).accept({ tenantId, sender, mode: 'live', ...code });
    const { id } = answer as { id: string };
    const before = server.messages.length;
    await until(async () => takenBy(server).includes(id));
    // Only what had its turn at the vendor already while the code was on its way.
    expect(takenBy(server).indexOf(id) - before).toBeLessThan(500);
    expect((await statuses(database.dataSource))['queued']).toBeGreaterThan(90_000);
  });

  it('of one tenant’s 20,000 messages, another’s 100 are done long before', { timeout: 60_000 }, async () => {
    const [big, small] = [await newTenant(), await newTenant()];
    const many = await backlog(database.dataSource, big, 20_000, 'normal');
    await until(async () => server.messages.length > 100, 30_000);
    const few = await small.messages(100);
    await until(async () => takenOf(few) === few.length, 45_000);
    // The full lane that lay before them when they came, and as many again at most.
    expect(takenOf(many)).toBeLessThan(5_000);
  });
});
