import { Injectable } from '@nestjs/common';
import {
  type CallableConnection,
  ConnectionRepository,
} from '@outbell/persistence/repositories/connection.repository.js';
import type { CallbackReader } from '@outbell/providers/callback.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { LRUCache } from 'lru-cache';

/**
 * So long, in ms, and for so many connections opened credentials are kept: a busy vendor calls back many times a
 * second.
 */
const KEPT_MS = 60_000;
const KEPT = 1_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A connection whose vendor calls back. */
export interface CallbackConnection {
  id: string;
  /** Null: one of the installation. */
  tenantId: string | null;
  credentials: object;
  reader: CallbackReader;
}

/** Finds the connection that a callback's address names: a tenant's, or one of the installation. */
@Injectable()
export class CallbackConnections {
  /** By id and version: a change counts at once. */
  private readonly opened = new LRUCache<string, object>({ max: KEPT, ttl: KEPT_MS });

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly installation: InstallationConnections,
    private readonly providers: ProviderRegistry,
    private readonly vault: Vault,
  ) {}

  /**
   * Also one that is not active any more: its vendor still speaks of what went through it.
   *
   * @returns null when there is none of that id and provider, or its vendor makes no callbacks
   * @throws {UnknownKeyError | TamperedError} when its credentials do not open
   */
  async find(provider: string, id: string): Promise<CallbackConnection | null> {
    if (!UUID.test(id)) return null;
    const own = this.installation.find(id);
    if (own) {
      const { type, credentials } = own;
      const { providerName, callbacks: reader } = type;
      return reader && providerName === provider ? { id, tenantId: null, credentials, reader } : null;
    }
    const row = await this.connections.forCallback(id);
    if (row?.provider !== provider) return null;
    const reader = this.providers.find(row.channel, provider)?.callbacks;
    return reader ? { id, tenantId: row.tenantId, credentials: this.open(row), reader } : null;
  }

  private open(row: CallableConnection): object {
    const key = `${row.id}:${row.version}`;
    const known = this.opened.get(key);
    if (known) return known;
    const credentials = this.vault.open<object>({ tenantId: row.tenantId, rowId: row.id }, row);
    this.opened.set(key, credentials);
    return credentials;
  }
}
