import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say, ScriptedSmtpServer } from '../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { until } from './support/until.js';
import { startWorker } from './support/worker.js';

const QUOTED = '<blockquote>'.repeat(190) + 'x<br>'.repeat(199_000);
/** Costly, and within all bounds. */
const LARGE = '<p>x</p>'.repeat(100_000);

// One tenant's content costs the others nothing, and what holds up a worker is named.
describe('content that costs time', () => {
  let database: TestDatabase;
  let worker: NestFastifyApplication;
  let server: ScriptedSmtpServer;

  beforeAll(async () => {
    [database, server] = await Promise.all([
      createTestDatabase(),
      ScriptedSmtpServer.start({ rcpt: (socket) => say(replies.shift() ?? '250 2.1.5 ok')(socket) }),
    ]);
    // From the first millisecond on, so that what is only large counts as a block.
    worker = await startWorker({ DATABASE_URL: database.url, EVENT_LOOP_BLOCK_MS: '1', RETRY_DELAY_MS: '600000' });
  });
  afterAll(async () => {
    await worker.close();
    await server.stop();
    await database.drop();
  });
  const replies: string[] = [];

  async function tenantWithConnection(): Promise<TenantFactory> {
    const tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault));
    return tenant;
  }

  async function statuses(ids: string[]): Promise<string[]> {
    const rows = await database.dataSource.query<{ status: string }[]>(
      `SELECT status || ' ' || coalesce(reason, '') AS status FROM message WHERE id = ANY($1)`,
      [ids],
    );
    return [...new Set(rows.map(({ status }) => status))];
  }

  it('of one tenant leaves the others’ urgent messages and the probes alone, and ends itself alone', async () => {
    const [hostile, other] = await Promise.all([tenantWithConnection(), tenantWithConnection()]);
    const bad = await hostile.messages(40, { content: { subject: 'x', html: QUOTED } });
    const urgent = await other.messages(5, { priority: PRIORITY_RANK.high });
    let longest = 0;
    await until(async () => {
      const before = performance.now();
      expect((await fetch(`${await worker.getUrl()}/health/live`)).status).toBe(200);
      longest = Math.max(longest, performance.now() - before);
      return (await statuses(urgent)).join() === 'sent ';
    }, 10_000);
    await until(async () => (await statuses(bad)).join() === 'failed text_not_derivable');
    expect(longest).toBeLessThan(3_000);
    expect(server.messages).toHaveLength(urgent.length);
  });

  it('is counted as it holds up the worker, and goes alone when it comes up again', async () => {
    const tenant = await tenantWithConnection();
    replies.push('451 4.3.0 try later');
    const [large] = (await tenant.messages(1, { content: { subject: 'x', html: LARGE } })) as [string];
    await until(async () => (await tenant.eventTypes(large)).includes('retry'));
    expect(await tenant.row(large)).toMatchObject({ status: 'queued', isolate: true });
    const figures = await (await fetch(`${await worker.getUrl()}/metrics`)).text();
    expect(figures).toMatch(/event_loop_blocks_total\{step="render"\} [1-9]/);
  });
});
