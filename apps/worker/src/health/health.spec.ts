import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { command } from '../../../../test/support/migrated-template.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { startWorker } from '../../../../test/support/worker.js';

async function probe(worker: NestFastifyApplication, path: string) {
  const answer = await fetch(`${await worker.getUrl()}${path}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('a worker with all it needs', () => {
  let database: TestDatabase;
  let worker: NestFastifyApplication;

  beforeAll(async () => {
    database = await createTestDatabase();
    worker = await startWorker({ DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  it.each(['/health', '/health/ready'])('answers %s with database and queue up', async (path) => {
    const { status, body } = await probe(worker, path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', info: { database: { status: 'up' }, queue: { status: 'up' } } });
  });

  it('answers /health/live for the process alone', async () => {
    expect(await probe(worker, '/health/live')).toMatchObject({ status: 200, body: { status: 'ok', details: {} } });
  });
});

describe('a worker whose queue is away', () => {
  it('is alive and not ready, says what is missing, and is ready again when it is back', async () => {
    const [database, proxy] = await Promise.all([createTestDatabase(), TcpProxy.to(testRedisUrl())]);
    const worker = await startWorker({ DATABASE_URL: database.url, QUEUE_URL: proxy.url });
    const printed = vi.spyOn(console, 'error');
    await proxy.shut();
    expect((await probe(worker, '/health/live')).status).toBe(200);
    for (const path of ['/health', '/health/ready']) {
      const { status, body } = await probe(worker, path);
      expect(status).toBe(503);
      expect(body).toMatchObject({ info: { database: { status: 'up' } }, error: { queue: { status: 'down' } } });
    }
    // What is wrong is said in log lines, and nowhere else.
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
    await proxy.open();
    await until(async () => (await probe(worker, '/health/ready')).status === 200);
    await worker.close();
    await proxy.shut();
    await database.drop();
  });
});

describe('a worker whose database is away', () => {
  it('is alive and not ready, and ready again when it is back', async () => {
    const database = await createTestDatabase();
    const worker = await startWorker({ DATABASE_URL: database.url, QUEUE_URL: testRedisUrl() });
    const name = new URL(database.url).pathname.slice(1);
    const server = inject('postgresUrl');
    await command(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await command(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    expect((await probe(worker, '/health/live')).status).toBe(200);
    const { status, body } = await probe(worker, '/health/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({ info: { queue: { status: 'up' } }, error: { database: { status: 'down' } } });
    await command(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    expect((await probe(worker, '/health/ready')).status).toBe(200);
    await worker.close();
    await database.drop();
  });
});
