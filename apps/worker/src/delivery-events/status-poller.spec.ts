import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StatusPollRepository } from '@outbell/persistence/engine/status-poll.repository.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ASKED_VENDORS, callingConnection } from '../../../../test/support/calling-vendor.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { until } from '../../../../test/support/until.js';
import { startWorker } from '../../../../test/support/worker.js';
import { Poller } from '@outbell/persistence/engine/polling/poller.js';
import { StatusPoller } from './status-poller.js';

let database: TestDatabase;
let tenant: TenantFactory;

beforeEach(async () => {
  database = await createTestDatabase();
  tenant = await TenantFactory.create(database.dataSource);
});
afterEach(() => database.drop());

interface Row {
  message_id: string;
  tries: number;
  in: number;
}

function rows(): Promise<Row[]> {
  return database.dataSource.query(
    `SELECT message_id, tries, round(extract(epoch FROM run_at - now()) / 60)::int AS in FROM message_status_poll`,
  );
}

const timeHasCome = () => database.dataSource.query('UPDATE message_status_poll SET run_at = now()');

describe('a vendor that has to be asked', () => {
  let worker: NestFastifyApplication;

  beforeEach(async () => {
    worker = await startWorker({ DATABASE_URL: database.url }, ASKED_VENDORS);
    await callingConnection(database.dataSource, worker.get(Vault), tenant.tenantId, { provider: 'asked' });
  });
  afterEach(() => worker.close());

  it('is asked a minute later, and again ever more seldom, until the end is known', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await until(async () => (await rows()).length > 0);
    expect(await rows()).toEqual([{ message_id: id, tries: 0, in: 1 }]);
    await worker.get(Poller).stop(StatusPoller);
    for (const [tries, minutes] of [
      [1, 2],
      [2, 4],
      [3, 8],
    ] as const) {
      await timeHasCome();
      await worker.get(StatusPoller).ask();
      expect(await rows()).toEqual([{ message_id: id, tries, in: minutes }]);
    }
    await until(async () => (await tenant.row(id))['status'] === 'delivered');
    await timeHasCome();
    await worker.get(StatusPoller).ask();
    expect(await rows()).toEqual([]);
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'sent', 'delivered']);
  });
});

describe('StatusPollRepository', () => {
  it('gives up in the end', async () => {
    const repository = new StatusPollRepository(database.dataSource);
    const [messageId] = (await tenant.messages(1)) as [string];
    await tenant.set(messageId, { status: 'sent' });
    await database.dataSource.query(
      `INSERT INTO message_status_poll (message_id, tenant_id, connection_id, provider_message_id, run_at)
       VALUES ($1, $2, $3, 'v-1', now())`,
      [messageId, tenant.tenantId, newId()],
    );
    await database.dataSource.query('UPDATE message_status_poll SET tries = 9, run_at = now()');
    expect(await repository.take(10)).toEqual([]);
    expect(await rows()).toHaveLength(1);
    await database.dataSource.query('UPDATE message_status_poll SET tries = 10');
    await repository.take(10);
    expect(await rows()).toEqual([]);
  });
});
