import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliverBatch } from '../../apps/worker/src/delivery/deliver-batch.js';
import { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { testEnvironment } from '../support/config.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TenantFactory } from '../support/factories.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';

/** Dispatch leaves them alone: only the test wakes them. */
const ASLEEP = { wakeAfterMs: 3_600_000 };

// A wake-up is a hint: whatever it says, and however often it says so, a message is called for once at most.
describe('a wake-up', () => {
  let database: TestDatabase;
  let server: ScriptedSmtpServer;
  let tenant: TenantFactory;
  let workers: NestFastifyApplication[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = testEnvironment({ DATABASE_URL: database.url });
    workers = await Promise.all([startWorker(settings), startWorker(settings)]);
    server = await ScriptedSmtpServer.start();
    tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, vault());
  });
  beforeEach(() => {
    server.messages.length = 0;
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await server.stop();
    await database.drop();
  });

  function vault(): Vault {
    return (workers[0] as NestFastifyApplication).get(Vault);
  }

  /** Brings it to each of the workers. */
  async function wake(ids: string[], channel: 'email' | 'sms' = 'email'): Promise<void> {
    await Promise.all(workers.map((worker) => worker.get(DeliverBatch).run(channel, ids)));
  }

  async function statusesOf(ids: string[]): Promise<unknown[]> {
    return Promise.all(ids.map(async (id) => (await tenant.row(id))['status']));
  }

  /** A wake-up ends when its messages are at the vendor: waits until all are told. */
  async function expectSentOnce(ids: string[]): Promise<void> {
    await until(async () => (await statusesOf(ids)).every((status) => status === 'sent'));
    expect(takenBy(server).sort()).toEqual([...ids].sort());
  }

  it('that comes many times, in any order, to two workers at once', async () => {
    const ids = await tenant.messages(60, ASLEEP);
    const overlapping = Array.from({ length: 12 }, (_, turn) => {
      const part = [...ids.slice(turn * 5), ...ids.slice(0, turn * 5)].slice(0, 40);
      return turn % 2 === 0 ? part : part.reverse();
    });
    await Promise.all(overlapping.map((part) => wake(part)));
    await expectSentOnce(ids);
    expect((await tenant.row(ids[0] as string))['attempts']).toBe(1);
  });

  it('that names one message twice', async () => {
    const [id] = (await tenant.messages(1, ASLEEP)) as [string];
    await wake([id, id, id]);
    await expectSentOnce([id]);
  });

  it('that names ids of no message, of any month', async () => {
    const [id] = (await tenant.messages(1, ASLEEP)) as [string];
    await wake([newId(), '00000000-0000-7000-8000-000000000000', id, 'ffffffff-ffff-7fff-bfff-ffffffffffff']);
    await expectSentOnce([id]);
  });

  it('for another channel', async () => {
    const ids = await tenant.messages(1, ASLEEP);
    await wake(ids, 'sms');
    expect([server.messages, await statusesOf(ids)]).toEqual([[], ['queued']]);
  });

  it('that names nobody', async () => {
    await wake([]);
    expect(server.messages).toEqual([]);
  });

  it('before the time', async () => {
    const ids = await tenant.messages(1, { ...ASLEEP, dueAt: new Date(Date.now() + 3_600_000) });
    await wake(ids);
    expect([server.messages, await statusesOf(ids)]).toEqual([[], ['queued']]);
  });

  it.each(['sent', 'delivered', 'bounced', 'failed', 'unknown', 'suppressed', 'canceled', 'expired'])(
    'for a message that is %s',
    async (status) => {
      const ids = (await tenant.messages(1, ASLEEP)) as [string];
      await tenant.set(ids[0], { status });
      await wake(ids);
      expect([server.messages, await statusesOf(ids)]).toEqual([[], [status]]);
    },
  );

  it.each(['processing', 'sending'])('for a message that another worker is %s', async (status) => {
    const ids = (await tenant.messages(1, ASLEEP)) as [string];
    await tenant.set(ids[0], { status, fence: 1, lease_until: new Date(Date.now() + 3_600_000) });
    await wake(ids);
    expect([server.messages, await statusesOf(ids)]).toEqual([[], [status]]);
  });
});
