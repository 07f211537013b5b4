import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Script, ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TenantFactory } from '../support/factories.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';

const MESSAGES = 1_000;
/** A minute. */
const LIMIT = 100;
const PATIENCE_MS = 60_000;

describe('a thousand retries', { timeout: PATIENCE_MS }, () => {
  let database: TestDatabase;
  let worker: NestFastifyApplication | undefined;
  let server: ScriptedSmtpServer;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await worker?.close();
    await server.stop();
    await database.drop();
  });

  async function start(script: Script, settings: Record<string, string>): Promise<TenantFactory> {
    server = await ScriptedSmtpServer.start(script);
    worker = await startWorker({ DATABASE_URL: database.url, ...settings });
    const tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault), { max_connections: 20 });
    return tenant;
  }

  it('of messages that failed together do not come back together', async () => {
    const tenant = await start(
      { dot: (socket) => socket.write('451 4.3.0 try later\r\n') },
      { RETRY_DELAY_MS: '600000' },
    );
    const ids = await tenant.messages(MESSAGES);
    const waits = await until(async () => {
      const rows = await database.dataSource.query<{ wait: number }[]>(
        `SELECT extract(epoch FROM due_at - updated_at)::float8 AS wait FROM message WHERE status = 'queued'
          AND reason IS NOT NULL`,
      );
      return rows.length === ids.length && rows.map((row) => row.wait);
    }, PATIENCE_MS);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(600);
    expect(Math.max(...waits)).toBeLessThanOrEqual(900);
    const tenths = Array.from({ length: 10 }, (_, n) => waits.filter((wait) => Math.floor((wait - 600) / 30) === n));
    for (const tenth of tenths) expect(tenth.length).toBeLessThan(MESSAGES / 5);
  });

  it('due at once go as fast as the limit lets them, each at a time of its own', async () => {
    const tenant = await start({}, { RATE_LIMITS: `sender=${LIMIT}/min` });
    const ids = await tenant.messages(MESSAGES);
    const times = await until(async () => {
      const rows = await database.dataSource.query<{ at: number }[]>(
        `SELECT extract(epoch FROM CASE status WHEN 'sent' THEN updated_at ELSE due_at END)::float8 AS at FROM message
         WHERE status = 'sent' OR reason = 'rate_limited' ORDER BY 1`,
      );
      return rows.length === ids.length && rows.map((row) => row.at);
    }, PATIENCE_MS);
    expect(server.messages.length).toBeLessThanOrEqual(LIMIT + 10);
    // What a minute takes is used: not the limit once and nothing after it.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan((MESSAGES / LIMIT) * 60 * 1.2);
    for (const [index, time] of times.entries()) expect((times[index + LIMIT] ?? Infinity) - time).toBeGreaterThan(60);
  });
});
