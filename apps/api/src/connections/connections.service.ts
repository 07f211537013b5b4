import { Injectable, Logger } from '@nestjs/common';
import type { ConnectionEntity } from '@outbell/persistence/entities/connection.entity.js';
import { ConnectionRepository } from '@outbell/persistence/repositories/connection.repository.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { checkRates } from '@outbell/planning/rate-limits.js';
import type { Verification } from '@outbell/providers/provider.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { Clock } from '@outbell/shared/clock.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { found } from '@outbell/shared/errors.js';
import { setTimeout as wait } from 'node:timers/promises';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { CreateConnectionDto, ListConnectionsQuery, UpdateConnectionDto } from './connection-requests.dto.js';
import { checkCredentials, providerOf } from './credentials.policy.js';
import { checkConditions } from './route-conditions.dto.js';

/** How long the one who saves a connection waits for its provider at most, in ms. */
const VERIFY_MS = 10_000;

/** A tenant's ways out. Credentials go in and never come back; every change leaves an audit line. */
@Injectable()
export class ConnectionsService {
  private readonly logger = new Logger(ConnectionsService.name);

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly sessions: WhatsAppSessionRepository,
    private readonly vault: Vault,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly providers: ProviderRegistry,
    private readonly callbacks: CallbackAddress,
  ) {}

  /** @throws {InputError} for an unknown provider, bad credentials, or a name that is taken (409) */
  async create(by: AuthenticatedKey, wanted: CreateConnectionDto, id: string): Promise<ConnectionEntity> {
    const { channel, provider, name, priority = 100, weight = 1 } = wanted;
    const credentials = await this.check(channel, provider, wanted.credentials);
    const conditions = checkConditions(channel, wanted.conditions) ?? null;
    const rateLimits = checkRates(wanted.rate_limits ?? '', 'rate_limits');
    const sealed = this.vault.seal({ tenantId: by.tenantId, rowId: id }, credentials);
    const row = { id, channel, provider, name, priority, weight, conditions, rateLimits, ...sealed };
    const connection = await this.connections.create(by.tenantId, row, this.clock.now());
    this.audit('connection created', by, connection);
    return connection;
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<ConnectionEntity> {
    return found(await this.connections.find(tenantId, id), 'connection', id);
  }

  async list(tenantId: string, query: ListConnectionsQuery, limit: number): Promise<ConnectionEntity[]> {
    const { channel, provider, active, cursor } = query;
    return this.connections.list(tenantId, { channel, provider, active }, limit, cursor);
  }

  /** @throws {NotFoundError} @throws {InputError} for bad credentials, or a name that is taken (409) */
  async update(by: AuthenticatedKey, id: string, wanted: UpdateConnectionDto): Promise<ConnectionEntity> {
    const { channel, provider } = await this.find(by.tenantId, id);
    const { credentials, rate_limits, ...changes } = wanted;
    const conditions = checkConditions(channel, wanted.conditions);
    const rateLimits = rate_limits === undefined ? undefined : checkRates(rate_limits, 'rate_limits');
    const sealed = credentials && {
      sealed: this.vault.seal({ tenantId: by.tenantId, rowId: id }, await this.check(channel, provider, credentials)),
    };
    const row = { ...changes, conditions, rateLimits, ...sealed };
    const changed = await this.connections.update(by.tenantId, id, row, this.clock.now());
    const connection = found(changed, 'connection', id);
    this.audit('connection changed', by, connection);
    return connection;
  }

  /**
   * Where its provider calls back; null when it never does, and for who may not change connections: by it receipts can
   * be made up.
   */
  callbackUrl({ id, channel, provider }: ConnectionEntity, { scopes }: AuthenticatedKey): string | null {
    if (!scopes.includes('connections:write')) return null;
    return this.providers.find(channel, provider)?.callbacks ? this.callbacks.addressOf(provider, id) : null;
  }

  /** Asks the provider whether it takes the credentials; sends nothing. Ends within VERIFY_MS. */
  async verify(connection: ConnectionEntity): Promise<Verification> {
    const type = providerOf(connection.channel, connection.provider);
    const { SEND_TIMEOUT_MS, OUTBOUND_ALLOW } = this.config.values;
    const credentials = this.openCredentials(connection);
    if (!credentials) return { ok: false, reason: 'credentials_unreadable: enter them again with PATCH' };
    const sendTimeoutMs = Math.min(SEND_TIMEOUT_MS, VERIFY_MS);
    const { tenantId } = connection;
    const provider = new type(credentials, {
      sendTimeoutMs,
      outboundAllow: OUTBOUND_ALLOW,
      whatsAppSessions: { find: (name) => this.sessions.findNamed(tenantId, name) },
    });
    const answer = provider.verify().finally(() => provider.close());
    // The provider bounds its call by itself; one that opens several, or closes slowly, is not waited for.
    return Promise.race([answer, wait(sendTimeoutMs, { ok: false, reason: 'timeout' }, { ref: false })]);
  }

  private check(channel: Channel, provider: string, given: object): Promise<object> {
    return checkCredentials(providerOf(channel, provider), given, this.config.values.OUTBOUND_ALLOW);
  }

  /** Null when no key of this installation opens them. */
  private openCredentials(connection: ConnectionEntity): object | null {
    try {
      return this.vault.open<object>({ tenantId: connection.tenantId, rowId: connection.id }, connection);
    } catch (error) {
      this.logger.error('the credentials of a connection do not open', { connectionId: connection.id }, error);
      return null;
    }
  }

  private audit(
    what: string,
    by: AuthenticatedKey,
    { id, channel, provider, active, version }: ConnectionEntity,
  ): void {
    this.logger.log(what, { audit: true, keyPrefix: by.prefix, connectionId: id, channel, provider, active, version });
  }
}
