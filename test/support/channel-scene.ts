import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { randomBytes } from 'node:crypto';
import { TestApi, type TestKey } from './api.js';
import { until } from './until.js';
import { startWorker } from './worker.js';

/** A message as the API shows it. */
export interface Shown {
  id: string;
  status: string;
  reason: string | null;
  provider: string | null;
  provider_message_id: string | null;
}

/** An API and a worker on one database, for messages that go the whole way. */
export class ChannelScene {
  private constructor(
    readonly api: TestApi,
    private readonly worker: NestFastifyApplication,
    readonly key: TestKey,
  ) {}

  /**
   * @param providers of the worker; default: those of the release
   * @param settings of both
   */
  static async set(
    CHANNELS: string,
    providers?: ProviderRegistry,
    settings: Record<string, string> = {},
  ): Promise<ChannelScene> {
    const shared = {
      CHANNELS,
      OUTBOUND_ALLOW: '127.0.0.0/8',
      KEY_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      ...settings,
    };
    const api = await TestApi.start(shared);
    const worker = await startWorker({ ...shared, DATABASE_URL: api.database.url }, providers);
    return new ChannelScene(api, worker, await api.newKey());
  }

  /** @throws unless the API says yes */
  async post<T>(url: string, payload: object, by = this.key): Promise<T> {
    const answer = await this.api.app.inject({ method: 'POST', url, headers: by.headers, payload });
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.body}`);
    return answer.json<T>();
  }

  async get<T>(url: string, by = this.key): Promise<T> {
    return (await this.api.app.inject({ url, headers: by.headers })).json<T>();
  }

  /** A connection to a vendor that the API does not know. */
  async connect(channel: Channel, provider: string): Promise<void> {
    const id = newId();
    const { tenantId } = this.key;
    const { keyId, sealedKey, sealedData } = this.api.app.get(Vault).seal({ tenantId, rowId: id }, {});
    await this.api.database.dataSource.query(
      `INSERT INTO connection (id, tenant_id, channel, provider, name, key_id, sealed_key, sealed_data)
       VALUES ($1, $2, $3, $4, $3, $5, $6, $7)`,
      [id, tenantId, channel, provider, keyId, sealedKey, sealedData],
    );
  }

  /** Sends a message, and shows what became of it. */
  async send(message: object, by = this.key): Promise<Shown> {
    const { id } = await this.post<{ id: string }>('/v1/messages', message, by);
    return until(async () => {
      const shown = await this.get<Shown>(`/v1/messages/${id}`, by);
      return !['queued', 'processing', 'sending'].includes(shown.status) && shown;
    });
  }

  async end(): Promise<void> {
    await this.worker.close();
    await this.api.stop();
  }
}
