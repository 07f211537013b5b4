import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Priority, PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TenantFactory } from '../support/factories.js';
import { HeldAnswers } from '../support/held-answers.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';

/** What nodemailer opens by default. */
const PLACES = 5;

describe('while one tenant’s vendor answers nothing', () => {
  const answers = new HeldAnswers();
  let database: TestDatabase;
  let worker: NestFastifyApplication;
  let hanging: ScriptedSmtpServer;
  let healthy: ScriptedSmtpServer;

  beforeEach(async () => {
    database = await createTestDatabase();
    hanging = await ScriptedSmtpServer.start({ dot: answers.dot });
    healthy = await ScriptedSmtpServer.start();
    worker = await startWorker({ DATABASE_URL: database.url });
    answers.hold();
  });
  afterEach(async () => {
    answers.release();
    await worker.close();
    await Promise.all([hanging.stop(), healthy.stop()]);
    await database.drop();
  });

  async function tenantOf(server: ScriptedSmtpServer): Promise<TenantFactory> {
    const tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault));
    return tenant;
  }

  it.each(['high', 'normal'] satisfies Priority[])('another’s %s messages are sent', async (name) => {
    const priority = PRIORITY_RANK[name];
    const [stuck, other] = [await tenantOf(hanging), await tenantOf(healthy)];
    await stuck.messages(500, { priority });
    await until(async () => answers.waiting === PLACES);
    const ids = await other.messages(10, { priority });
    await until(async () => healthy.messages.length === ids.length, 10_000);
    expect(takenBy(healthy).sort()).toEqual([...ids].sort());
  });

  it('another’s codes are sent, beside some codes of the tenant itself', async () => {
    const [stuck, other] = [await tenantOf(hanging), await tenantOf(healthy)];
    for (let waiting = 1; waiting <= PLACES; waiting += 1) {
      await stuck.messages(1, { priority: PRIORITY_RANK.high });
      await until(async () => answers.waiting === waiting, 5_000);
    }
    const ids = await other.messages(1, { priority: PRIORITY_RANK.high });
    await until(async () => healthy.messages.length === ids.length, 10_000);
    expect(takenBy(healthy)).toEqual(ids);
  });
});
