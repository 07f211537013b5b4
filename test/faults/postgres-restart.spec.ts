import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { SCOPES } from '@outbell/shared/constants/scopes.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../apps/api/src/http/create-api.js';
import { ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { testConfig } from '../support/config.js';
import { TenantFactory } from '../support/factories.js';
import { HeldAnswers } from '../support/held-answers.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { takenBy } from '../support/taken.js';
import { until } from '../support/until.js';
import { startWorker } from '../support/worker.js';

const PATIENCE_MS = 60_000;
const HELLO = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'Hello', text: 'Hello' };

describe('a PostgreSQL that crashes and recovers', { timeout: PATIENCE_MS }, () => {
  const answers = new HeldAnswers();
  let postgres: OwnPostgres;
  let dataSource: DataSource;
  let worker: NestFastifyApplication;
  let api: NestFastifyApplication;
  let server: ScriptedSmtpServer;
  let tenant: TenantFactory;
  let headers: Record<string, string>;

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    dataSource = await postgres.connect();
    server = await ScriptedSmtpServer.start({ dot: answers.dot });
    const settings = {
      DATABASE_URL: postgres.url,
      LEASE_MS: '2000',
      SEND_TIMEOUT_MS: '8000',
      REPUBLISH_AFTER_MS: '500',
    };
    worker = await startWorker(settings);
    api = await createApi(testConfig(settings));
    await api.init();
    await api.getHttpAdapter().getInstance().ready();
    tenant = await TenantFactory.create(dataSource);
    await tenant.smtpConnection(server.port, worker.get(Vault));
    headers = { authorization: `Bearer ${await newKey()}` };
  });
  beforeEach(() => {
    server.messages.length = 0;
  });
  afterAll(async () => {
    await Promise.all([worker.close(), api.close()]);
    await dataSource.destroy();
    await Promise.all([postgres.remove(), server.stop()]);
  });

  async function newKey(): Promise<string> {
    const { key, prefix, secretHash } = newApiKey('live');
    const row = { name: 'test', mode: 'live' as const, prefix, secretHash, scopes: [...SCOPES], expiresAt: null };
    await api.get(ApiKeyRepository).create(tenant.tenantId, { ...row, createdAt: new Date() });
    return key;
  }

  async function crashAndRestart(meanwhile: () => unknown = () => undefined): Promise<void> {
    await postgres.crash();
    await meanwhile();
    await postgres.restart();
  }

  it('loses no answer that a vendor gave while it was away', async () => {
    answers.hold();
    const ids = await tenant.messages(5);
    await until(async () => answers.waiting === ids.length);
    await crashAndRestart(() => answers.release());
    await until(async () =>
      (await Promise.all(ids.map((id) => tenant.row(id)))).every((row) => row['status'] === 'sent'),
    );
    expect(takenBy(server).sort()).toEqual([...ids].sort());
  });

  it('lets the API accept again, which meanwhile answers that it cannot', async () => {
    const post = () => api.inject({ method: 'POST', url: '/v1/messages', headers, payload: HELLO });
    await crashAndRestart(async () => {
      expect((await api.inject('/health/ready')).statusCode).toBe(503);
      const refusal = await post();
      expect([refusal.statusCode, refusal.headers['retry-after']]).toEqual([503, '5']);
      expect(refusal.json()).toMatchObject({ title: 'Service Unavailable', status: 503 });
    });
    const accepted = await until(async () => {
      const reply = await post();
      return reply.statusCode === 202 && reply.json<{ id: string }>();
    });
    await until(async () => takenBy(server).includes(accepted.id));
    expect((await api.inject('/health/ready')).statusCode).toBe(200);
  });
});
