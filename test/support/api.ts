import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '../../apps/api/src/http/create-api.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { TenantRepository } from '@outbell/persistence/repositories/tenant.repository.js';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import { type KeyMode, newApiKey } from '@outbell/shared/api-key.js';
import { type Scope, SCOPES } from '@outbell/shared/constants/scopes.js';
import { newId } from '@outbell/shared/uuid.js';
import { testConfig } from './config.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { checkStatements, tenantTables } from './tenancy/check-statements.js';
import type { TenantTables } from './tenancy/tenant-faults.js';
import { StatementsSeen } from './tenancy/statements-seen.js';

export interface TestKey {
  id: string;
  tenantId: string;
  key: string;
  prefix: string;
  /** Header of a request made with this key. */
  headers: { authorization: string };
}

interface KeyOptions {
  /** Default: a new tenant. */
  tenantId?: string;
  /** Default: all. */
  scopes?: Scope[];
  mode?: KeyMode;
  expiresAt?: Date;
}

/** The API on a database of its own, asked by `app.inject()`. */
export class TestApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: TestDatabase,
    /** What it asks of the database for requests: checked at the end, so that every spec of the API checks its own. */
    readonly statements: StatementsSeen,
    private readonly tables: TenantTables,
  ) {}

  /** @param extraRooms modules beside the API's own, for what no route of it can show */
  static async start(
    settings: Record<string, string> = {},
    extraRooms: Type[] = [],
    providers?: ProviderRegistry,
  ): Promise<TestApi> {
    const database = await createTestDatabase();
    const app = await createApi(testConfig({ DATABASE_URL: database.url, ...settings }), extraRooms, providers);
    const statements = StatementsSeen.of(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new TestApi(app, database, statements, await tenantTables(database.dataSource));
  }

  async newKey({ tenantId, scopes = [...SCOPES], mode = 'live', expiresAt }: KeyOptions = {}): Promise<TestKey> {
    const tenant = tenantId ?? (await this.app.get(TenantRepository).create(`tenant ${newId()}`, new Date())).id;
    const { key, prefix, secretHash } = newApiKey(mode);
    const row = { name: 'test', mode, prefix, secretHash, scopes, expiresAt: expiresAt ?? null, createdAt: new Date() };
    const { id } = await this.app.get(ApiKeyRepository).create(tenant, row);
    return { id, tenantId: tenant, key, prefix, headers: { authorization: `Bearer ${key}` } };
  }

  /** @throws when a statement was not kept to a tenant */
  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    await checkStatements(this.statements.texts, this.tables);
  }
}
