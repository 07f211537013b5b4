import { setTimeout as pause } from 'node:timers/promises';
import { newApiKey } from '@outbell/shared/api-key.js';
import { loadConfig } from '@outbell/shared/config/load-config.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { TenantFactory } from '../../test/support/factories.js';
import { PATIENCE_MS } from './times.js';
import type { VendorName } from './vendor.js';
import type { World } from './world.js';

/** Between two tries of a request that was not answered, in ms. */
const TRY_AGAIN_MS = 100;
const ANSWER_WITHIN_MS = 15_000;

/**
 * A tenant whose program does what ours asks of it: what is not answered is asked again, under the same key, until it
 * is.
 */
export class Customer {
  /** Requests that had to be asked again. */
  unanswered = 0;

  private constructor(
    private readonly world: World,
    private readonly tenant: Pick<TenantFactory, 'tenantId' | 'senderId'>,
    /** Their ids. */
    readonly connections: ReadonlyMap<VendorName, string>,
    private readonly key: string,
  ) {}

  /** @param vendors by whom it sends, the first to be tried first */
  static async of(world: World, vendors: readonly VendorName[]): Promise<Customer> {
    const { database, vendor, environment } = world.servers;
    const tenant = await TenantFactory.create(database);
    const vault = new Vault(loadConfig(environment));
    const connections = await Promise.all(
      vendors.map(async (provider, priority) => {
        const credentials = await vendor.credentialsOf(provider);
        return [provider, await tenant.connection(credentials, vault, { provider, priority })] as const;
      }),
    );
    const { key, prefix, secretHash } = newApiKey('live');
    await database.query(
      `INSERT INTO api_key (id, tenant_id, name, mode, prefix, secret_hash, scopes)
       VALUES ($1, $2, 'proof', 'live', $3, $4, $5)`,
      [newId(), tenant.tenantId, prefix, secretHash, ['messages:write', 'senders:write', 'suppressions:write']],
    );
    return new Customer(world, tenant, new Map(connections), key);
  }

  get tenantId(): string {
    return this.tenant.tenantId;
  }

  get senderId(): string {
    return this.tenant.senderId;
  }

  /**
   * @param idempotencyKey lets the request be repeated
   * @returns what it was at last answered
   * @throws when it is refused, or never answered
   */
  async ask<T>(method: 'POST' | 'PATCH', path: string, body: object, idempotencyKey?: string): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.askOnce(method, path, body, idempotencyKey);
      if (answer !== undefined) return answer as T;
      this.unanswered += 1;
      if (performance.now() > deadline) throw new Error(`${method} ${path} is not answered any more`);
      await pause(TRY_AGAIN_MS);
    }
  }

  /** As `ask`, once. @returns undefined when it is refused */
  async tell<T>(method: 'POST' | 'PATCH', path: string, body: object): Promise<T | undefined> {
    return (await this.askOnce(method, path, body).catch(() => undefined)) as T | undefined;
  }

  /** @returns undefined when there came no answer, or a 5xx: it may be done or not */
  private async askOnce(method: string, path: string, body: object, idempotencyKey?: string): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${this.key}`,
      'content-type': 'application/json',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const request = { method, headers, body: JSON.stringify(body), signal };
    const answer = await fetch(`${this.world.api.url}${path}`, request).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    if (!answer || text === undefined || answer.status >= 500) return undefined;
    if (!answer.ok) throw new Error(`${method} ${path} was refused with ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}
