import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  close,
  say,
  type Script,
  ScriptedSmtpServer,
} from '../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { until } from './support/until.js';
import { startWorker } from './support/worker.js';

// The whole way of a message through a worker to a mail server, and what is written down of it.
describe('a delivery by SMTP', () => {
  let database: TestDatabase;
  let worker: NestFastifyApplication;
  let server: ScriptedSmtpServer | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    worker = await startWorker({ DATABASE_URL: database.url });
  });
  afterEach(() => server?.stop());
  afterAll(async () => {
    await worker.close();
    await database.drop();
  });

  async function tenantWith(script: Script | ((connection: number) => Script)): Promise<TenantFactory> {
    server = await ScriptedSmtpServer.start(script);
    const tenant = await TenantFactory.create(database.dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault));
    return tenant;
  }

  async function settled(tenant: TenantFactory, id: string): Promise<Record<string, unknown>> {
    return until(async () => {
      const row = await tenant.row(id);
      return !['queued', 'processing', 'sending'].includes(row['status'] as string) && row;
    });
  }

  it('hands it over once and records the vendor’s answer', async () => {
    const tenant = await tenantWith({});
    const [id] = (await tenant.messages(1)) as [string];
    expect(await settled(tenant, id)).toMatchObject({
      status: 'sent',
      attempts: 1,
      provider: 'smtp',
      provider_message_id: `<${id}@example.com>`,
    });
    expect(server?.messages).toHaveLength(1);
    expect(server?.messages[0]).toContain(`Message-ID: <${id}@example.com>`);
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'sent']);
  });

  it('fails for good on 550', async () => {
    const tenant = await tenantWith({ rcpt: say('550 5.1.1 no such user') });
    const [id] = (await tenant.messages(1)) as [string];
    expect(await settled(tenant, id)).toMatchObject({ status: 'failed', attempts: 1 });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'failed']);
  });

  it('tries 451 again on schedule', async () => {
    const replies = [say('451 4.7.1 greylisted'), say('250 2.1.5 ok')];
    const tenant = await tenantWith({ rcpt: (socket) => replies.shift()?.(socket) });
    const [id] = (await tenant.messages(1)) as [string];
    expect(await settled(tenant, id)).toMatchObject({ status: 'sent', attempts: 2 });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'retry', 'sent']);
    expect(server?.messages).toHaveLength(1);
  });

  it('is dead when the attempts are used up', async () => {
    const tenant = await tenantWith({ rcpt: say('451 4.3.0 try later') });
    const [id] = (await tenant.messages(1)) as [string];
    expect(await settled(tenant, id)).toMatchObject({ status: 'failed', attempts: 3 });
    expect(await tenant.eventTypes(id)).toEqual(['queued', 'retry', 'retry', 'failed']);
  });

  it('calls a cut after the final dot unknown, and never sends it again', async () => {
    const tenant = await tenantWith({ dot: close });
    const [id] = (await tenant.messages(1)) as [string];
    expect(await settled(tenant, id)).toMatchObject({ status: 'unknown', reason: 'no_reply_after_data', attempts: 1 });
    expect(server?.messages).toHaveLength(1);
  });

  it('sends nothing for a test key', async () => {
    const tenant = await tenantWith({});
    const [id] = (await tenant.messages(1, { mode: 'test' })) as [string];
    expect(await settled(tenant, id)).toMatchObject({
      status: 'sent',
      provider: 'test',
      provider_message_id: `test_${id}`,
    });
    expect(server?.connections).toBe(0);
  });
});
