import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TenantFactory } from '../support/factories.js';
import { OwnRedis } from '../support/own-redis.js';
import { statuses } from '../support/statuses.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';

const MESSAGES = 600;
const PATIENCE_MS = 60_000;

// The queue holds nothing that the database does not know: it may forget everything at any moment.
describe('with the queue on a Redis', { timeout: PATIENCE_MS }, () => {
  let database: TestDatabase;
  let redis: OwnRedis;
  let worker: NestFastifyApplication;
  let server: ScriptedSmtpServer;
  let tenant: TenantFactory;

  beforeAll(async () => {
    [database, redis, server] = await Promise.all([
      createTestDatabase(),
      OwnRedis.start(),
      ScriptedSmtpServer.start({ dot: (socket) => setTimeout(() => socket.write('250 2.0.0 taken\r\n'), 5) }),
    ]);
    worker = await startWorker({ DATABASE_URL: database.url, QUEUE_URL: redis.url, REPUBLISH_AFTER_MS: '500' });
    tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault));
  });
  beforeEach(async () => {
    server.messages.length = 0;
    await database.dataSource.query('TRUNCATE message, message_schedule, message_event, message_attempt');
  });
  afterAll(async () => {
    await worker.close();
    await Promise.all([redis.kill(), server.stop()]);
    await database.drop();
  });

  async function expectAllSentOnce(ids: string[]): Promise<void> {
    await until(async () => (await statuses(database.dataSource))['sent'] === ids.length, PATIENCE_MS);
    expect(takenBy(server).sort()).toEqual([...ids].sort());
  }

  it('that is emptied in mid-flight, again and again', async () => {
    const ids = await tenant.messages(MESSAGES);
    for (const share of [0.2, 0.4, 0.6, 0.8]) {
      await until(async () => server.messages.length > MESSAGES * share, PATIENCE_MS);
      await redis.empty();
    }
    await expectAllSentOnce(ids);
  });

  it('that is killed in mid-flight and comes back empty', async () => {
    const ids = await tenant.messages(MESSAGES);
    await until(async () => server.messages.length > MESSAGES / 4, PATIENCE_MS);
    await redis.kill();
    await redis.restart();
    await expectAllSentOnce(ids);
  });

  it('that is away when messages are accepted', async () => {
    await redis.kill();
    const ids = await tenant.messages(20);
    await redis.restart();
    await expectAllSentOnce(ids);
  });
});
