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
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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

describe('ConnectionRouter', () => {
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

  /** The id of the connection that a message of this tenant would take. */
  async function taken(tenantId: string): Promise<string | null | undefined> {
    return (await find([{ message: claimedMessage({ tenantId }) }])).routed[0]?.connection.connectionId;
  }

  describe('the best connection', () => {
    it('is the active one of the lowest priority number', async () => {
      const tenantId = await tenant();
      await connect(tenantId, { priority: 20 });
      const best = await connect(tenantId, { priority: 10 });
      await connect(tenantId, { priority: 30 });
      expect(await taken(tenantId)).toBe(best);
    });

    it('is the next one while the best is not active', async () => {
      const tenantId = await tenant();
      const second = await connect(tenantId, { priority: 20 });
      const first = await connect(tenantId, { priority: 10 });
      await repository.update(tenantId, first, { active: false }, new Date());
      expect(await taken(tenantId)).toBe(second);
    });

    it('is each tenant’s own, in one batch', async () => {
      const [a, b] = [await tenant(), await tenant()];
      const own = new Map([
        [a, await connect(a)],
        [b, await connect(b)],
      ]);
      const { routed } = await find([a, b, a].map((tenantId) => ({ message: claimedMessage({ tenantId }) })));
      expect(routed.map(({ message }) => message.tenantId)).toEqual([a, b, a]);
      for (const { message, connection } of routed) expect(connection.connectionId).toBe(own.get(message.tenantId));
    });
  });

  describe('of several connections', () => {
    it('says of each that was not taken why, and whether one could take over', async () => {
      const tenantId = await tenant();
      const codes = await connect(tenantId, { priority: 1, conditions: { priorities: ['high'] } });
      const pigeon = await connect(tenantId, { priority: 2, provider: 'pigeon' });
      const sealed = await connect(tenantId, { priority: 3, sealedBy: new Vault(testConfig()) });
      const best = await connect(tenantId, { priority: 4 });
      const { routed } = await find([{ message: claimedMessage({ tenantId }) }]);
      const excluded = [
        { connection: codes, reason: 'condition_not_met' },
        { connection: pigeon, reason: 'provider_missing' },
        { connection: sealed, reason: 'connection_unusable' },
      ];
      expect(routed[0]).toMatchObject({ elsewhere: false, route: { connection: best, excluded } });
      const reserve = await connect(tenantId, { priority: 5 });
      excluded.push({ connection: reserve, reason: 'lower_priority' });
      const again = (await find([{ message: claimedMessage({ tenantId }) }])).routed;
      expect(again[0]).toMatchObject({ elsewhere: true, route: { connection: best, excluded } });
    });

    it('takes none that has failed the message since its latest wait, as long as another is left', async () => {
      const tenantId = await tenant();
      const first = await connect(tenantId, { priority: 1 });
      const second = await connect(tenantId, { priority: 2 });
      const past = { failovers: 1, tried: [first], maybeSentMsAgo: null, connectionId: first, connectionVersion: 1 };
      const failed = { message: claimedMessage({ tenantId, past }) };
      const [over] = (await find([failed])).routed;
      expect([over?.connection.connectionId, over?.elsewhere]).toEqual([second, false]);
      await repository.update(tenantId, second, { active: false }, new Date());
      const [back] = (await find([failed])).routed;
      expect([back?.connection.connectionId, back?.elsewhere]).toEqual([first, false]);
    });

    it('keeps a message waiting for which none is meant', async () => {
      const tenantId = await tenant();
      await connect(tenantId, { conditions: { tags: ['receipts'] } });
      const batch = [claimedMessage({ tenantId }), claimedMessage({ tenantId, tags: ['receipts'] })];
      const deliveries = batch.map((message) => ({ message }));
      const { routed, stops } = await find(deliveries);
      expect(routed.map(({ message }) => message)).toEqual([batch[1]]);
      expect(stops.of(deliveries[0]!)).toMatchObject({ kind: 'deferred', reason: 'no_matching_connection' });
    });
  });

  describe('a connection that is out of order', () => {
    async function breakDown(delivery: Delivery): Promise<void> {
      const connection = (await find([delivery])).routed[0]!.connection;
      const refused = { kind: 'retry', reason: 'connection_refused' } as const;
      for (let fault = 1; fault <= 5; fault++) await connection.breaker.run(() => Promise.resolve(refused));
    }

    it('keeps its messages until it is tried again, and sends one of them to try it', async () => {
      const tenantId = await tenant();
      await connect(tenantId);
      const batch = Array.from({ length: 3 }, () => ({ message: claimedMessage({ tenantId }) }));
      await breakDown(batch[0]!);
      const { routed, stops } = await find(batch);
      expect(routed).toEqual([]);
      const outcome = stops.of(batch[0]!);
      expect(outcome).toMatchObject({ kind: 'deferred', reason: 'all_routes_down' });
      expect(outcome?.kind === 'deferred' && outcome.afterMs).toBeGreaterThan(4_000);
      vi.useFakeTimers({ toFake: ['performance'], now: Date.now() });
      try {
        vi.advanceTimersByTime(3_600_000);
        expect((await find(batch)).routed.map(({ message }) => message)).toEqual([batch[0]!.message]);
      } finally {
        vi.useRealTimers();
      }
    });

    it('is passed over', async () => {
      const tenantId = await tenant();
      const first = await connect(tenantId, { priority: 1 });
      const delivery = { message: claimedMessage({ tenantId }) };
      await breakDown(delivery);
      const second = await connect(tenantId, { priority: 2 });
      const { routed } = await find([delivery]);
      const excluded = [{ connection: first, reason: 'breaker_open' }];
      expect(routed[0]?.route).toEqual({ connection: second, excluded });
    });

    it('is not what a message waits for that it would not have taken', async () => {
      const tenantId = await tenant();
      await connect(tenantId, { conditions: { tags: ['codes'] } });
      await connect(tenantId, { conditions: { tags: ['receipts'] } });
      await breakDown({ message: claimedMessage({ tenantId, tags: ['codes'] }) });
      const other = { message: claimedMessage({ tenantId }) };
      const { stops } = await find([other]);
      expect(stops.of(other)).toMatchObject({ kind: 'deferred', reason: 'no_matching_connection' });
    });
  });

  describe('a tenant without a connection', () => {
    it('keeps its messages waiting; others go', async () => {
      const [without, other] = [await tenant(), await tenant()];
      await connect(other);
      const batch = [without, other].map((tenantId) => ({ message: claimedMessage({ tenantId }) }));
      const { routed, stops } = await find(batch);
      expect(routed.map(({ message }) => message)).toEqual([batch[1]!.message]);
      const outcome = stops.of(batch[0]!);
      expect(outcome).toMatchObject({ kind: 'deferred', reason: 'no_connection' });
      expect(outcome?.kind === 'deferred' && outcome.afterMs).toBeGreaterThanOrEqual(60_000);
    });
  });

  describe('a connection that cannot be opened', () => {
    it.each<[string, () => Wanted, string]>([
      [
        'sealed under a key that is gone',
        () => ({ sealedBy: new Vault(testConfig(otherKeyId())) }),
        'connection_unusable',
      ],
      ['tampered with', () => ({ sealedBy: new Vault(testConfig()) }), 'connection_unusable'],
      ['of a provider that this release has not', () => ({ provider: 'pigeon' }), 'provider_missing'],
    ])('%s keeps its messages waiting; others go', async (_, wanted, reason) => {
      const [broken, other] = [await tenant(), await tenant()];
      const id = await connect(broken, wanted());
      await connect(other);
      const batch = [broken, other].map((tenantId) => ({ message: claimedMessage({ tenantId }) }));
      const { routed, stops } = await find(batch);
      expect(routed.map(({ message }) => message)).toEqual([batch[1]!.message]);
      expect(stops.of(batch[0]!)).toMatchObject({
        kind: 'deferred',
        reason,
        detail: { connection_id: id },
      });
      expect(logs.lines({ level: 'error', connectionId: id })).toHaveLength(1);
      expect(logs.text).not.toContain('first-secret');
    });
  });

  describe('a connection in use', () => {
    it('stays open from batch to batch, and opens anew in its next version', async () => {
      const tenantId = await tenant();
      const id = await connect(tenantId);
      const delivery = { message: claimedMessage({ tenantId }) };
      const opened = async () => (await find([delivery])).routed[0]?.connection;
      const first = await opened();
      expect(await opened()).toBe(first);
      const sealed = vault.seal({ tenantId, rowId: id }, { ...CREDENTIALS, password: 'second' });
      await repository.update(tenantId, id, { sealed }, new Date());
      const second = await opened();
      expect(second).not.toBe(first);
      expect([second?.connectionId, await opened()]).toEqual([id, second]);
      const { priority } = delivery.message;
      expect([first?.deferForCapacity(priority), second?.deferForCapacity(priority)]).toMatchObject([
        { reason: 'connection_closing' },
        { reason: 'vendor_busy' },
      ]);
    });
  });

  describe('test mode', () => {
    it('needs no connection and takes none, though the tenant has one', async () => {
      const tenantId = await tenant();
      await connect(tenantId);
      const batch = [tenantId, newId()].map((id) => ({ message: claimedMessage({ tenantId: id, mode: 'test' }) }));
      const { routed } = await find(batch);
      expect(routed.map(({ connection }) => [connection.provider, connection.connectionId])).toEqual([
        ['test', null],
        ['test', null],
      ]);
    });
  });
});

function otherKeyId(): Record<string, string> {
  return { KEY_ENCRYPTION_KEYS: `gone:${Buffer.alloc(32, 7).toString('base64')}` };
}
