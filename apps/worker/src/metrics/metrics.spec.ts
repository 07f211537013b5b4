import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedSmtpServer } from '../../../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { startWorker } from '../../../../test/support/worker.js';

const TOKEN = 'a-token-of-sixteen-characters';

// What an operator sees of a worker, over HTTP as Prometheus reads it.
describe('/metrics of a worker', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let worker: NestFastifyApplication;
  let vendor: ScriptedSmtpServer;

  beforeAll(async () => {
    [database, vendor] = await Promise.all([createTestDatabase(), ScriptedSmtpServer.start({})]);
    tenant = await TenantFactory.create(database.dataSource);
    worker = await startWorker({ DATABASE_URL: database.url, METRICS_TOKEN: TOKEN });
    await tenant.smtpConnection(vendor.port, worker.get(Vault));
  });
  afterAll(async () => {
    await worker.close();
    await vendor.stop();
    await database.drop();
  });

  async function scrape(headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }): Promise<Response> {
    return fetch(`${await worker.getUrl()}/metrics`, { headers });
  }

  /** The value of a series at the next scrape, undefined when it is not there. */
  async function figure(series: string): Promise<number | undefined> {
    const lines = (await (await scrape()).text()).split('\n');
    const line = lines.find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  describe('the token', () => {
    it.each([
      ['missing', {}],
      ['wrong', { authorization: `Bearer ${TOKEN}x` }],
      ['without its scheme', { authorization: TOKEN }],
    ])('%s is refused, and no figure is told', async (_, headers: Record<string, string>) => {
      const answer = await scrape(headers);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain('queue_depth');
    });

    it('opens the figures in Prometheus’ own format', async () => {
      const answer = await scrape();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    });
  });

  describe('deliveries', () => {
    it('are counted by channel and what they led to, and calls to vendors are measured', async () => {
      await tenant.messages(3);
      await tenant.messages(2, { expiresAt: new Date(Date.now() - 1_000) });
      await until(async () => (await figure('notifications_sent_total{channel="email",status="sent"}')) === 3);
      await until(async () => (await figure('notifications_sent_total{channel="email",status="expired"}')) === 2);
      expect(await figure('notification_send_duration_ms_count{channel="email"}')).toBe(3);
      expect(await figure('notification_send_duration_ms_bucket{le="+Inf",channel="email"}')).toBe(3);
    });
  });
});

describe('what waits', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let proxy: TcpProxy;
  let worker: NestFastifyApplication;

  beforeAll(async () => {
    [database, proxy] = await Promise.all([createTestDatabase(), TcpProxy.to(testRedisUrl())]);
    tenant = await TenantFactory.create(database.dataSource);
    // Dispatch looks once, at the start: from then on what is due waits.
    const settings = { DISPATCH_INTERVAL_MS: '86400000', MAINTENANCE_INTERVAL_MS: '86400000' };
    worker = await startWorker({ DATABASE_URL: database.url, QUEUE_URL: proxy.url, ...settings });
  });
  afterAll(async () => {
    await worker.close();
    await proxy.shut();
    await database.drop();
  });

  async function text(): Promise<string> {
    return (await fetch(`${await worker.getUrl()}/metrics`)).text();
  }

  it('in the queue is told by lane', async () => {
    for (const lane of ['urgent', 'regular']) {
      expect(await text()).toContain(`outbell_queue_depth{channel="email",lane="${lane}"} 0\n`);
    }
  });

  it('in the database is told with its age, and what nobody can tell', async () => {
    const [due, parked] = (await tenant.messages(2)) as [string, string];
    await tenant.set(due, { due_at: new Date(Date.now() - 90_000), run_at: new Date(Date.now() - 90_000) });
    await tenant.set(parked, { status: 'unknown' });
    const seen = await until(async () => {
      const figures = await text();
      return figures.includes('messages_unknown{channel="email"} 1\n') && figures;
    });
    expect(seen).toContain('messages_due{channel="email"} 1\n');
    const age = Number(/outbell_messages_oldest_due_seconds\{channel="email"\} ([\d.]+)/.exec(seen)?.[1]);
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(120);
  });

  it('is told as it is at this very scrape', async () => {
    const [parked] = (await tenant.messages(1)) as [string];
    await text();
    const [before] = await database.dataSource.query<[{ count: number }]>(
      `SELECT count(*)::int FROM message WHERE status = 'unknown'`,
    );
    await tenant.set(parked, { status: 'unknown' });
    expect(await text()).toContain(`outbell_messages_unknown{channel="email"} ${before.count + 1}\n`);
  });

  it('in the database is told while the queue is away', async () => {
    await proxy.shut();
    const seen = await text();
    await proxy.open();
    await until(async () => (await text()).includes('queue_depth'));
    expect(seen).toContain('messages_due{channel="email"}');
  });
});

describe('/metrics without METRICS_TOKEN', () => {
  it.each([
    ['development', 200],
    ['production', 404],
  ])('answers in %s with %i', async (environment, status) => {
    const database = await createTestDatabase();
    const worker = await startWorker({ DATABASE_URL: database.url, NODE_ENV: environment });
    expect((await fetch(`${await worker.getUrl()}/metrics`)).status).toBe(status);
    await worker.close();
    await database.drop();
  });
});
