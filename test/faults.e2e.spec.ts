import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../tools/servers/ports.mjs';
import { BuiltApp } from './support/built-app.js';
import { testConfig, testEnvironment } from './support/config.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { testRedisUrl } from './support/redis.js';
import { until } from './support/until.js';

const MESSAGES = 2_000;
const DRAINED = 600;
const PATIENCE_MS = 60_000;

/** Leases so short that a test sees them end. */
const SHORT_LEASES = {
  OUTBOUND_ALLOW: '127.0.0.0/8',
  LEASE_MS: '2000',
  SEND_TIMEOUT_MS: '2000',
  UPKEEP_INTERVAL_MS: '200',
  REPUBLISH_AFTER_MS: '1000',
  LOG_LEVEL: 'warn',
};

interface Taken {
  /** Messages that the vendor has, once or oftener. */
  messages: number;
  /** Those it has oftener. */
  twice: string[];
}

describe.each(['PostgreSQL', 'Redis'])('with the queue on %s', (queue) => {
  let database: TestDatabase;
  let sandbox: BuiltApp;
  let tenant: TenantFactory;
  let environment: Record<string, string>;
  const workers: BuiltApp[] = [];

  beforeAll(async () => {
    const smtpPort = await freePort();
    sandbox = await BuiltApp.start('sandbox', testEnvironment({ SANDBOX_SMTP_PORT: String(smtpPort) }));
    database = await createTestDatabase();
    environment = testEnvironment({
      ...SHORT_LEASES,
      DATABASE_URL: database.url,
      QUEUE_URL: queue === 'Redis' ? testRedisUrl() : database.url,
    });
    tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(smtpPort, new Vault(testConfig(environment)));
  });
  beforeEach(() => database.dataSource.query('TRUNCATE message, message_wake, message_event, message_attempt'));
  afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.kill())));
  afterAll(async () => {
    await sandbox.stop();
    await database.drop();
  });

  async function startWorker(): Promise<BuiltApp> {
    const worker = await BuiltApp.start('worker', environment);
    workers.push(worker);
    return worker;
  }

  /** What the vendor says of these messages. */
  async function taken(ids: string[]): Promise<Taken> {
    const answer = await fetch(`${sandbox.url}/api/ledger/summary`);
    const summary = (await answer.json()) as { taken_by_message: Record<string, number>; twice: string[] };
    const messages = ids.filter((id) => summary.taken_by_message[id] !== undefined).length;
    return { messages, twice: summary.twice };
  }

  async function statuses(): Promise<Record<string, number>> {
    const rows = await database.dataSource.query<{ status: string; count: number }[]>(
      `SELECT status, count(*)::int AS count FROM message GROUP BY status`,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  it('loses nothing and sends nothing twice when a worker is killed in mid-flight', async () => {
    const ids = await tenant.messages(MESSAGES);
    const victim = await startWorker();
    await until(async () => (await taken(ids)).messages > MESSAGES / 4, PATIENCE_MS);
    await victim.kill();
    await startWorker();
    const final = await until(async () => {
      const counts = await statuses();
      return (counts['sent'] ?? 0) + (counts['unknown'] ?? 0) === MESSAGES && counts;
    }, PATIENCE_MS);
    const { messages, twice } = await taken(ids);
    expect(twice).toEqual([]);
    // Whatever the vendor has and is not told as sent, is told as unknown.
    expect(messages).toBeGreaterThanOrEqual(final['sent'] ?? 0);
    expect(messages - (final['sent'] ?? 0)).toBeLessThanOrEqual(final['unknown'] ?? 0);
    // Only those at the vendor, and answers not yet written down.
    expect(final['unknown'] ?? 0).toBeLessThan(50);
  });

  it('ends what is in flight on SIGTERM and leaves the rest to the next worker', async () => {
    const ids = await tenant.messages(DRAINED);
    const first = await startWorker();
    await until(async () => (await taken(ids)).messages > DRAINED / 4, PATIENCE_MS);
    expect(await first.stop()).toBe(0);
    expect((await statuses())['sending']).toBeUndefined();
    expect((await statuses())['sent']).toBe((await taken(ids)).messages);
    await startWorker();
    await until(async () => (await statuses())['sent'] === DRAINED, PATIENCE_MS);
    expect(await taken(ids)).toEqual({ messages: DRAINED, twice: [] });
  });
});
