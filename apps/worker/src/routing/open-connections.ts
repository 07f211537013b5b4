import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy, Optional } from '@nestjs/common';
import type { CallableConnection } from '@outbell/persistence/repositories/connection.repository.js';
import type { InstallationConnection } from '@outbell/providers/installation-connections.js';
import type { Provider, ProviderType } from '@outbell/providers/provider.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Traits } from '@outbell/shared/cargo.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { LRUCache } from 'lru-cache';
import { DeliveryMetrics } from './delivery-metrics.js';
import { ConnectionBreaker } from './connection-breaker.js';
import { LoopLag } from './loop-lag.js';
import type { ConnectionIdentity, Surroundings } from './connection-surroundings.js';
import { OpenConnection } from './open-connection.js';
import { SplitConnection } from './split-connection.js';
import { TestModeProvider } from './test-mode.provider.js';
import { WhatsAppSessions } from './whatsapp-sessions.js';

/** Connections kept open at once by one worker; the longest unused closes first. */
const MAX_OPEN = 500;

/** How long a message waits for a place at its vendor at most, in ms. */
const PATIENCE_MS = 2_000;

const NO_VENDOR = { repeatableForMs: null, rateLimits: '' };
const TEST_MODE: ConnectionIdentity = { provider: 'test', connectionId: null, version: null, ...NO_VENDOR };

/** Describes what tells one open connection from all others. */
type Known = Pick<CallableConnection, 'id' | 'version'> & Partial<Pick<CallableConnection, 'tenantId' | 'rateLimits'>>;

/** The release has no such provider (any more). */
export class UnknownProviderError extends Error {
  override readonly name = 'UnknownProviderError';
}

/**
 * The connections this worker has open: credentials are decrypted and the vendor's client is made once per connection
 * and version. A changed connection has a new version, so that its next message opens it anew and closes the old one;
 * who still stands in line at the old one is sent back.
 */
@Injectable()
export class OpenConnections implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger(OpenConnections.name);
  private readonly patienceMs: number;
  private readonly testMode: OpenConnection;
  private readonly open = new LRUCache<string, OpenConnection>({
    max: MAX_OPEN,
    dispose: (connection) => this.retire(connection),
  });
  private readonly retired = new Set<Promise<void>>();
  private readonly lag = new LoopLag();
  private readonly surroundings: Surroundings = {
    lagMs: () => this.lag.totalMs,
    bringForward: (connectionId, room) => this.bringForward(connectionId, room),
  };
  private bringForward: NonNullable<Surroundings['bringForward']> = () => Promise.resolve(false);

  constructor(
    private readonly config: Config,
    private readonly vault: Vault,
    private readonly providers: ProviderRegistry,
    private readonly metrics: DeliveryMetrics,
    private readonly callbacks: CallbackAddress,
    @Optional() private readonly whatsApp?: WhatsAppSessions,
  ) {
    this.patienceMs = Math.min(PATIENCE_MS, config.values.LEASE_MS / 3);
    this.testMode = this.connection(TEST_MODE, new TestModeProvider(), Infinity);
  }

  /** Says what a provider does not carry; nothing of one that the installation does not have. */
  cannotCarry(channel: Channel, provider: string): Traits | undefined {
    return this.providers.find(channel, provider)?.cannotCarry;
  }

  forTestMode(): OpenConnection {
    return this.testMode;
  }

  /**
   * @throws {UnknownKeyError | TamperedError} when its credentials do not open
   * @throws {UnknownProviderError} when the installation has no such provider
   */
  connectionFor(route: CallableConnection): OpenConnection {
    return this.cached(route, () => {
      const type = this.providers.find(route.channel, route.provider);
      if (!type) throw new UnknownProviderError(`no provider ${route.provider} for ${route.channel}`);
      return this.make(route, type, this.vault.open<object>({ tenantId: route.tenantId, rowId: route.id }, route));
    });
  }

  /** One of the installation's own. */
  forInstallation(connection: InstallationConnection): OpenConnection {
    return this.cached(connection, () => this.make(connection, connection.type, connection.credentials));
  }

  /** Those that are open now. */
  list(): OpenConnection[] {
    return [...this.open.values()];
  }

  /**
   * @param drawForward is called when a connection has room for messages that wait for a place there until a later time
   */
  onCapacity(drawForward: NonNullable<Surroundings['bringForward']>): void {
    this.bringForward = drawForward;
  }

  /** Before anybody waits for what is in flight: who only stands in line goes back to the queue. */
  onModuleDestroy(): void {
    for (const connection of this.open.values()) connection.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    this.open.clear();
    this.lag.stop();
    await Promise.all(this.retired);
  }

  private cached({ id, version }: Known, make: () => OpenConnection): OpenConnection {
    const known = this.open.get(id);
    // A newer one than asked for: who asks has read the row before it was changed.
    if (known && (known.version ?? 0) >= version) return known;
    const connection = make();
    this.open.set(id, connection);
    return connection;
  }

  private make(
    { id, version, tenantId, rateLimits = '' }: Known,
    type: ProviderType,
    credentials: object,
  ): OpenConnection {
    const { SEND_TIMEOUT_MS, OUTBOUND_ALLOW } = this.config.values;
    const provider = new type(credentials, {
      sendTimeoutMs: SEND_TIMEOUT_MS,
      outboundAllow: OUTBOUND_ALLOW,
      callbackUrl: type.callbacks && this.callbacks.reachable(type.providerName, id),
      ...(tenantId !== undefined && { whatsAppSessions: this.whatsApp?.sessionsOf(tenantId) }),
    });
    const { providerName, repeatableForMs = null } = type;
    const limits = rateLimits === '' ? (type.rateLimits ?? '') : rateLimits;
    const identity = { provider: providerName, connectionId: id, version, repeatableForMs, rateLimits: limits };
    return this.connection(identity, provider, type.concurrency(credentials), type.hostOf?.bind(type));
  }

  private connection(
    identity: ConnectionIdentity,
    client: Provider,
    concurrency: number,
    hostOf?: (recipient: string) => string,
  ): OpenConnection {
    const { BREAKER_FAULTS, BREAKER_PROBE_MS } = this.config.values;
    const { patienceMs, metrics, surroundings } = this;
    const breaker = () => new ConnectionBreaker(BREAKER_FAULTS, BREAKER_PROBE_MS);
    const { lagMs } = surroundings;
    if (hostOf)
      return new SplitConnection({ identity, client, concurrency, patienceMs, metrics, breaker, hostOf, lagMs });
    return new OpenConnection(identity, client, { places: concurrency, patienceMs }, breaker(), metrics, surroundings);
  }

  private retire(connection: OpenConnection): void {
    const closing = connection
      .close()
      .catch((error: unknown) => this.logger.warn('closing a connection failed', error));
    this.retired.add(closing);
    void closing.then(() => this.retired.delete(closing));
  }
}
