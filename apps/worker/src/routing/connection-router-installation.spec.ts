import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { Logger } from '@nestjs/common';
import { CapacityDeferralRepository } from '@outbell/persistence/engine/capacity-deferral.repository.js';
import { ConnectionRepository } from '@outbell/persistence/repositories/connection.repository.js';
import { CallbackAddress } from '@outbell/shared/crypto/callback-address.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { claimedMessage, Stops } from '../../../../test/support/deliveries.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import type { Delivery } from '../delivery/delivery.js';
import { BacklogGate } from './backlog-gate.js';
import { OpenConnections } from './open-connections.js';
import { ConnectionRouter } from './connection-router.js';

const CREDENTIALS = {
  host: 'mail.example.com',
  port: 587,
  security: 'starttls',
  user: 'shop',
  password: 'first-secret',
};

describe('ConnectionRouter, of the installation’s connections', () => {
  const config = testConfig();
  const vault = new Vault(config);
  const callbacks = new CallbackAddress(config, new Signer(config));
  const logs = new LogCapture();
  let database: TestDatabase;
  let repository: ConnectionRepository;
  let connections: OpenConnections;
  let finder: ConnectionRouter;

  const crowds = () => new BacklogGate(new CapacityDeferralRepository(database.dataSource));

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = repositoryOn(database.dataSource, ConnectionRepository);
  });
  beforeEach(() => {
    logs.clear();
    Logger.overrideLogger(logs.logger);
    connections = new OpenConnections(config, vault, PROVIDERS, new DeliveryMetrics(new Metrics()), callbacks);
    finder = new ConnectionRouter(repository, connections, crowds(), new InstallationConnections(config, PROVIDERS));
  });
  afterEach(async () => {
    await connections.onApplicationShutdown();
    Logger.overrideLogger(false);
  });
  afterAll(() => database.drop());

  interface Wanted {
    priority?: number;
    sealedBy?: Vault;
    provider?: string;
    conditions?: RouteConditions;
  }

  async function connect(tenantId: string, wanted: Wanted = {}) {
    const { priority = 100, sealedBy = vault, provider = 'smtp', conditions = null } = wanted;
    const id = newId();
    const sealed = sealedBy.seal({ tenantId, rowId: id }, CREDENTIALS);
    const row = { id, channel: 'email' as const, provider, name: id, priority, conditions, ...sealed };
    await repository.create(tenantId, row, new Date());
    return id;
  }

  async function tenant(): Promise<string> {
    return (await TenantFactory.create(database.dataSource)).tenantId;
  }

  async function find(batch: Delivery[]) {
    const stops = new Stops();
    return { routed: await finder.routeAll(batch, stops.stop), stops };
  }

  describe('the installation’s own connections', () => {
    const settings = { INSTALLATION_CONNECTIONS: 'true', SMTP_URL: 'smtps://shop:pass@mail.example.com' };
    const installation = new InstallationConnections(testConfig(settings), PROVIDERS);
    const shared = installation.connectionsOf('email')[0]?.id;
    let allowed: ConnectionRouter;
    beforeEach(() => {
      allowed = new ConnectionRouter(repository, connections, crowds(), installation);
    });

    it.each(['tenant', 'withdrawn'] as const)('take nothing of a sender that is verified over %s', async (over) => {
      const [without, other] = [await tenant(), await tenant()];
      const own = await connect(other);
      const batch = [without, other].map((tenantId) => ({
        message: claimedMessage({ tenantId, senderVerifiedOver: over }),
      }));
      const seen: Delivery[] = [];
      const stops = new Stops();
      const routed = await allowed.routeAll(batch, (delivery, outcome) => {
        seen.push(delivery);
        stops.stop(delivery, outcome);
      });
      expect(routed.map(({ connection }) => connection.connectionId)).toEqual([own]);
      expect(stops.of(batch[0]!)).toMatchObject({ kind: 'deferred', reason: 'sender_not_verified_for_installation' });
      const excluded = [{ connection: shared, reason: 'sender_not_verified_for_installation' }];
      expect(seen[0]?.route).toEqual({ connection: null, excluded });
    });

    it('repeat nothing that may have gone by them, once its sender may not', async () => {
      const tenantId = await tenant();
      const version = installation.connectionsOf('email')[0]!.version;
      const past = { failovers: 0, tried: null, maybeSentMsAgo: 1, connectionId: shared!, connectionVersion: version };
      const delivery = { message: claimedMessage({ tenantId, past, senderVerifiedOver: 'withdrawn' }) };
      const stops = new Stops();
      expect(await allowed.routeAll([delivery], stops.stop)).toEqual([]);
      expect(stops.of(delivery)).toMatchObject({ reason: 'sender_not_verified_for_installation' });
    });

    it.each([
      ['installation', 'theirs'],
      ['tenant', 'own'],
    ] as const)('alone take a code over the %s, whatever connections there are', async (code_over, whose) => {
      const [without, other] = [await tenant(), await tenant()];
      const own = await connect(other);
      const content = { subject: 'x', text: 'x', code_over };
      const batch = [without, other].map((tenantId) => ({
        message: claimedMessage({ tenantId, content, senderStatus: 'pending' }),
      }));
      const stops = new Stops();
      const routed = await allowed.routeAll(batch, stops.stop);
      const taken = routed.map(({ connection }) => connection.connectionId);
      if (whose === 'theirs') return expect(taken).toEqual([shared, shared]);
      expect(taken).toEqual([own]);
      expect(stops.of(batch[0]!)).toMatchObject({ kind: 'deferred', reason: 'no_connection' });
    });

    it('are waited for by a code that goes by them alone', async () => {
      const tenantId = await tenant();
      await connect(tenantId);
      const content = { subject: 'x', text: 'x', code_over: 'installation' as const };
      const delivery = { message: claimedMessage({ tenantId, content }) };
      const { routed, stops } = await find([delivery]);
      expect(routed).toEqual([]);
      expect(stops.of(delivery)).toMatchObject({ kind: 'deferred', reason: 'no_installation_connection' });
    });

    it('serve tenants that have none of their own, by one client for all of them', async () => {
      const [without, other, third] = [await tenant(), await tenant(), await tenant()];
      const own = await connect(other);
      const batch = [
        claimedMessage({ tenantId: without, senderVerifiedOver: 'installation' }),
        claimedMessage({ tenantId: other }),
        claimedMessage({ tenantId: third, senderVerifiedOver: 'operator' }),
      ].map((message) => ({ message }));
      const stops = new Stops();
      const [shared, itsOwn, alike] = await allowed.routeAll(batch, stops.stop);
      expect(stops.count).toBe(0);
      expect(itsOwn?.connection.connectionId).toBe(own);
      expect(shared?.connection.connectionId).toBe(installation.connectionsOf('email')[0]?.id);
      expect(alike?.connection).toBe(shared?.connection);
    });
  });
});
