import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PROVIDERS, type ProviderRegistry } from '@outbell/providers/registry.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { createWorker, startWorker } from '../../apps/worker/src/create-worker.js';
import { type Script, ScriptedSmtpServer } from '../../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { BuiltApp } from './built-app.js';
import { testConfig, testEnvironment } from './config.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { TenantFactory } from './factories.js';

/**
 * What a fault test plays in: a database, a mail server, a tenant that sends by it, and built workers that may be
 * maltreated.
 */
export class MailScene {
  private readonly workers: BuiltApp[] = [];
  private readonly inProcess: NestFastifyApplication[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly server: ScriptedSmtpServer,
    readonly tenant: TenantFactory,
    readonly environment: Record<string, string>,
    readonly vault: Vault,
    /** Of the connection to the mail server. */
    readonly connectionId: string,
  ) {}

  static async set(
    script: Script | ((connection: number) => Script),
    settings: Record<string, string> = {},
  ): Promise<MailScene> {
    const [database, server] = await Promise.all([createTestDatabase(), ScriptedSmtpServer.start(script)]);
    const environment = testEnvironment({
      OUTBOUND_ALLOW: '127.0.0.0/8',
      DISPATCH_INTERVAL_MS: '20',
      MAINTENANCE_INTERVAL_MS: '100',
      LOG_LEVEL: 'warn',
      DATABASE_URL: database.url,
      ...settings,
    });
    const tenant = await TenantFactory.create(database.dataSource);
    const vault = new Vault(testConfig(environment));
    const connectionId = await tenant.smtpConnection(server.port, vault);
    return new MailScene(database, server, tenant, environment, vault, connectionId);
  }

  /** A worker in this process: quick to start, and not to be maltreated. */
  async runWorker(providers: ProviderRegistry = PROVIDERS): Promise<NestFastifyApplication> {
    const worker = await createWorker(testConfig(this.environment), providers);
    await startWorker(worker, 0, '127.0.0.1');
    this.inProcess.push(worker);
    return worker;
  }

  /** A worker as a process of its own. */
  async startWorker(settings: Record<string, string> = {}): Promise<BuiltApp> {
    const worker = await BuiltApp.start('worker', { ...this.environment, ...settings });
    this.workers.push(worker);
    return worker;
  }

  async statusesOf(ids: string[]): Promise<string[]> {
    const rows = await this.database.dataSource.query<{ status: string }[]>(
      `SELECT status FROM message WHERE id = ANY($1) ORDER BY array_position($1, id)`,
      [ids],
    );
    return rows.map(({ status }) => status);
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await Promise.all(this.inProcess.map((worker) => worker.close()));
    await this.server.stop();
    await this.database.drop();
  }
}
