import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { startWorker } from '../../../../test/support/worker.js';

const KEY = { KEY_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}` };

describe('a processor', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  describe('when the worker ends', () => {
    let tenant: TenantFactory;
    let worker: NestFastifyApplication;
    let vendor: SMTPServer;
    let answers: (() => void)[];
    let held: boolean;

    beforeEach(async () => {
      await database.dataSource.query('TRUNCATE message, message_schedule');
      tenant = await TenantFactory.create(database.dataSource);
      answers = [];
      held = true;
      vendor = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS', 'AUTH'],
        onData(stream, _session, callback) {
          stream.resume();
          stream.on('end', () => (held ? answers.push(() => callback()) : callback()));
        },
      });
      await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => new Promise<void>((resolve) => vendor.close(resolve)));

    async function start(QUEUE_URL: string, CHANNELS = 'email'): Promise<void> {
      worker = await startWorker({ DATABASE_URL: database.url, QUEUE_URL, CHANNELS, WORKER_CONCURRENCY: '1', ...KEY });
      await tenant.smtpConnection((vendor.server.address() as AddressInfo).port, worker.get(Vault));
    }

    function answer(): void {
      held = false;
      for (const each of answers.splice(0)) each();
    }

    async function statuses(): Promise<Record<string, number>> {
      const rows = await database.dataSource.query<{ status: string; count: number }[]>(
        'SELECT status, count(*)::int AS count FROM message GROUP BY 1',
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    }

    it('waits for what is at the vendor, and takes nothing more', async () => {
      await start(testRedisUrl());
      await tenant.messages(1);
      await until(() => Promise.resolve(answers.length === 1));
      const closing = worker.close();
      await tenant.messages(1);
      answer();
      await closing;
      expect(await statuses()).toEqual({ sent: 1, queued: 1 });
    });

    it('does so while the queue hangs, and ends', async () => {
      const proxy = await TcpProxy.to(testRedisUrl());
      await start(proxy.url);
      await tenant.messages(1);
      await until(() => Promise.resolve(answers.length === 1));
      proxy.freeze();
      const closing = worker.close();
      answer();
      await closing;
      expect(await statuses()).toEqual({ sent: 1 });
      await proxy.shut();
    });

    it('ends while the queue is away', async () => {
      const proxy = await TcpProxy.to(testRedisUrl());
      await start(proxy.url);
      await proxy.shut();
      await expect(worker.close()).resolves.toBeUndefined();
    });

    /** @returns how long it takes to end, in ms */
    async function endWithoutQueue(channels: readonly string[]): Promise<number> {
      const proxy = await TcpProxy.to(database.url);
      await start(proxy.url, channels.join(','));
      proxy.freeze();
      const began = performance.now();
      await worker.close();
      const took = performance.now() - began;
      await proxy.shut();
      return took;
    }

    it('ends while PostgreSQL as a queue hangs, and waits no longer for five channels than for one', async () => {
      const one = await endWithoutQueue(['email']);
      tenant = await TenantFactory.create(database.dataSource);
      expect((await endWithoutQueue(CHANNELS)) - one).toBeLessThan(2_000);
    });
  });
});
