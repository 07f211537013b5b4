import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { SenderRepository } from '@outbell/persistence/repositories/sender.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { chunk } from '@outbell/shared/grouping.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedSmtpServer } from '../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { HeldAnswers } from './support/held-answers.js';
import { repositoryOn } from './support/repositories.js';
import { sentSettlement } from './support/settlements.js';
import { takenBy } from './support/taken.js';
import { until } from './support/until.js';
import { startWorker } from './support/worker.js';

describe('what waits for its place at the vendor', () => {
  const answers = new HeldAnswers();
  let database: TestDatabase;
  let worker: NestFastifyApplication;
  let server: ScriptedSmtpServer;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    worker = await startWorker({ DATABASE_URL: database.url });
  });
  beforeEach(async () => {
    server = await ScriptedSmtpServer.start({ dot: answers.dot });
    tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault), { max_connections: 1 });
    answers.hold();
  });
  afterEach(async () => {
    answers.release();
    await server.stop();
  });
  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  function rows(): Promise<
    { id: string; recipient: string; status: string; reason: string | null; attempts: number }[]
  > {
    return database.dataSource.query(
      `SELECT id, recipient, status, reason, attempts FROM message WHERE tenant_id = $1 ORDER BY id`,
      [tenant.tenantId],
    );
  }

  /** One is at the vendor, and three are claimed behind it. */
  async function oneOfFour(): Promise<void> {
    for (const name of ['ann', 'bob', 'eve', 'joe']) await tenant.messages(1, { recipient: `${name}@example.org` });
    await until(async () => answers.waiting === 1);
    await until(async () => (await rows()).every(({ status }) => ['processing', 'sending'].includes(status)));
  }

  it('is put off when its sender is paused, and spends no attempt', async () => {
    await oneOfFour();
    const senders = repositoryOn(database.dataSource, SenderRepository);
    await senders.update(tenant.tenantId, tenant.senderId, { status: 'paused' }, new Date());
    answers.release();
    const left = await until(async () => {
      const all = await rows();
      return (
        all.every(({ status }) => ['sent', 'queued'].includes(status)) &&
        all.filter(({ status }) => status === 'queued')
      );
    });
    expect(left).toHaveLength(3);
    for (const row of left) expect(row).toMatchObject({ reason: 'sender_paused', attempts: 0 });
    expect(server.messages).toHaveLength(1);
  });

  it('is not sent when its address is suppressed, and the others are', async () => {
    await oneOfFour();
    const waiting = (await rows()).filter(({ status }) => status === 'processing');
    const [first, ...others] = waiting.map(({ recipient }) => recipient);
    const stop = { channel: 'email', address: first ?? '', reason: 'complaint', evidence: {} } as const;
    await repositoryOn(database.dataSource, SuppressionRepository).add(tenant.tenantId, stop, new Date());
    answers.release();
    await until(async () => (await rows()).every(({ status }) => ['sent', 'suppressed'].includes(status)));
    expect((await rows()).find(({ recipient }) => recipient === first)).toMatchObject({ status: 'suppressed' });
    expect(takenBy(server)).toHaveLength(others.length + 1);
  });
});

describe('200 STOPs while six workers claim and mark', () => {
  const WORKERS = 6;
  const STOPS = 200;
  const MESSAGES = 3_000;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('are kept: no call begins after its STOP was answered', async () => {
    const { dataSource } = database;
    const tenant = await TenantFactory.create(dataSource);
    const delivery = new DeliveryRepository(dataSource);
    const suppressions = repositoryOn(dataSource, SuppressionRepository);
    const addresses = Array.from({ length: STOPS }, (_, index) => `person-${index}@example.org`);
    const written = addresses.map((recipient) => tenant.messages(MESSAGES / STOPS, { recipient }));
    const ids = (await Promise.all(written)).map((own) => own.map((id, index) => [index, id] as const)).flat();
    // By turns, so that each batch has messages of many people.
    const batches = chunk(
      ids.sort(([a], [b]) => a - b).map(([, id]) => id),
      50,
    ).values();
    const begun = new Map<string, number[]>();
    const answered = new Map<string, number>();

    async function work(): Promise<void> {
      for (const batch of batches) {
        const claimed = await delivery.claim('email', batch, 60_000);
        const open = claimed.filter(({ suppression }) => suppression === null);
        const call = { connectionId: null, connectionVersion: null, provider: 'smtp' };
        const marked = await delivery.markSending(
          open.map(({ id, fence }) => ({ id, fence, ...call })),
          60_000,
        );
        const called = open.filter(({ id }) => marked.has(id));
        for (const { recipient } of called) begun.set(recipient, [...(begun.get(recipient) ?? []), performance.now()]);
        await delivery.settle(called.map(({ id, fence }) => sentSettlement(id, fence)));
      }
    }

    async function stop(): Promise<void> {
      for (let address = addresses.pop(); address !== undefined; address = addresses.pop()) {
        const wanted = { channel: 'email', address, reason: 'unsubscribe', scope: 'all', evidence: {} } as const;
        const { inFlight } = await suppressions.add(tenant.tenantId, wanted, new Date());
        if (inFlight === 0) answered.set(address, performance.now());
      }
    }

    await Promise.all([...Array.from({ length: WORKERS }, work), stop(), stop()]);
    const late = [...answered].filter(([address, at]) => (begun.get(address) ?? []).some((began) => began > at));
    expect(late).toEqual([]);
    expect(answered.size).toBeGreaterThan(STOPS / 2);
    const [stopped] = await dataSource.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM message WHERE tenant_id = $1 AND status = 'suppressed'`,
      [tenant.tenantId],
    );
    expect(stopped.n).toBeGreaterThan(0);
  }, 60_000);
});
