import { Logger } from '@nestjs/common';
import { type LimitedConnection, MessageLevels } from '@outbell/limits/message-levels.js';
import { PostgresRateLimiter } from '@outbell/limits/postgres.rate-limiter.js';
import { createDataSource } from '@outbell/persistence/data-source.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { claimedMessage, Stops } from '../../../../test/support/deliveries.js';
import { LogCapture } from '../../../../test/support/log-capture.js';
import { DeliveryMetrics } from '../routing/delivery-metrics.js';
import type { Routed } from './delivery.js';
import type { OpenConnection } from '../routing/open-connection.js';
import { SlotBooker } from './slot-booker.js';

describe('SlotBooker', () => {
  const logs = new LogCapture();
  let database: TestDatabase;
  let metrics: Metrics;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    metrics = new Metrics();
    logs.clear();
    Logger.overrideLogger(logs.logger);
    await database.dataSource.query('TRUNCATE rate_level, rate_slot');
  });
  afterEach(() => Logger.overrideLogger(false));
  afterAll(() => database.drop());

  function bookerWith(rateLimits: string, dataSource = database.dataSource): SlotBooker {
    const levels = new MessageLevels(testConfig({ RATE_LIMITS: rateLimits }));
    const limiter = new PostgresRateLimiter(new RateSlotRepository(dataSource));
    return new SlotBooker(limiter, levels, new DeliveryMetrics(metrics));
  }

  /** Messages of one sender of one tenant. */
  function batch(count: number, overrides: Partial<ClaimedMessage> = {}, limited?: LimitedConnection): Routed[] {
    const same = { tenantId: newId(), senderId: newId(), ...overrides };
    const connection = { limited } as OpenConnection;
    return Array.from({ length: count }, () => ({ message: claimedMessage(same), connection }) as Routed);
  }

  async function booked(): Promise<number> {
    const [row] = await database.dataSource.query('SELECT coalesce(sum(count), 0)::int AS sum FROM rate_slot');
    return row.sum;
  }

  describe('the limit of a vendor', () => {
    const limited = { id: newId(), limits: '5/min' };

    it('holds for all messages of the connection, and no others', async () => {
      const stops = new Stops();
      const all = [...batch(4, {}, limited), ...batch(4, {}, limited), ...batch(4)];
      expect(await bookerWith('').book(all, stops.stop)).toHaveLength(9);
      const late = all.find((delivery) => stops.of(delivery))!;
      expect(stops.of(late)).toMatchObject({
        reason: 'rate_limited',
        detail: { level: 'connection', limit: 5, window_ms: 60_000 },
      });
    });

    it('is asked of a message with a slot for another connection, not of one that waited for this', async () => {
      const stops = new Stops();
      const booker = bookerWith('sender=100/h');
      const movedOn = batch(6, { holdsSlot: true, waitedFor: 'connection_refused' }, limited);
      expect(await booker.book(movedOn, stops.stop)).toHaveLength(5);
      const waited = batch(1, { holdsSlot: true, waitedFor: 'rate_limited' }, limited);
      expect(await booker.book(waited, stops.stop)).toHaveLength(1);
      expect(await booked()).toBe(6);
    });
  });

  describe('within the limits', () => {
    it('lets all walk on', async () => {
      const deliveries = batch(10);
      const stops = new Stops();
      expect(await bookerWith('sender=10/h').book(deliveries, stops.stop)).toEqual(deliveries);
      expect(stops.count).toBe(0);
      expect(await booked()).toBe(10);
    });

    it('asks nobody where there is no limit', async () => {
      const deliveries = batch(3);
      expect(await bookerWith('').book(deliveries, new Stops().stop)).toEqual(deliveries);
      expect(await booked()).toBe(0);
    });
  });

  describe('over the limit', () => {
    it('defers to a slot of its own, and says which limit it was', async () => {
      const deliveries = batch(4);
      const stops = new Stops();
      const walking = await bookerWith('sender=2/h').book(deliveries, stops.stop);
      expect(walking).toEqual(deliveries.slice(0, 2));
      const outcomes = deliveries.slice(2).map((delivery) => stops.of(delivery));
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          kind: 'deferred',
          reason: 'rate_limited',
          slotGraceMs: expect.any(Number) as number,
          detail: { level: 'sender', limit: 2, window_ms: 3_600_000 },
        });
        expect(outcome?.kind === 'deferred' && outcome.afterMs).toBeGreaterThan(3_000_000);
      }
      expect(await booked()).toBe(4);
    });

    it('counts what the limit held back, by level', async () => {
      await bookerWith('tenant=1/h').book(batch(3), new Stops().stop);
      expect(await metrics.text()).toContain('limit_deferrals_total{channel="email",level="tenant"} 2\n');
    });

    it('goes by a sender’s own limit and a tenant’s own in place of the installation’s', async () => {
      const booker = bookerWith('sender=100/h;tenant=100/h');
      expect(await booker.book(batch(3, { senderRateLimits: '1/h' }), new Stops().stop)).toHaveLength(1);
      expect(await booker.book(batch(3, { tenantRateLimits: '2/h' }), new Stops().stop)).toHaveLength(2);
    });

    it('counts an email by its recipient’s domain, in any case', async () => {
      const booker = bookerWith('domain=1/h');
      const tenantId = newId();
      const [one] = batch(1, { tenantId, recipient: 'ann@example.org' });
      const [same] = batch(1, { tenantId, recipient: 'bob@EXAMPLE.org' });
      const [other] = batch(1, { tenantId, recipient: 'ann@example.net' });
      expect(await booker.book([one!, same!, other!], new Stops().stop)).toEqual([one, other]);
    });
  });

  describe('a limit that is not well written', () => {
    // The API stores none such; a tenant's are set by hand, in SQL.
    it('holds up nobody: the installation’s own apply', async () => {
      const [broken, next] = batch(2, { tenantRateLimits: 'many', senderId: newId() });
      const [other] = batch(1);
      const stops = new Stops();
      expect(await bookerWith('sender=1/h').book([broken!, next!, other!], stops.stop)).toEqual([broken, other]);
      expect(stops.of(next!)).toMatchObject({ kind: 'deferred', reason: 'rate_limited' });
    });
  });

  describe('a message that comes back with its slot', () => {
    it('is not booked again, and walks on although the limit is used up', async () => {
      const booker = bookerWith('sender=1/h');
      const [first, back] = batch(2) as [Routed, Routed];
      await booker.book([first, back], new Stops().stop);
      back.message.holdsSlot = true;
      expect(await booker.book([back], new Stops().stop)).toEqual([back]);
      expect(await booked()).toBe(2);
    });

    it('books anew once its slot is void', async () => {
      const booker = bookerWith('sender=1/h');
      const [first, back] = batch(2) as [Routed, Routed];
      await booker.book([first, back], new Stops().stop);
      expect(await booker.book([back], new Stops().stop)).toEqual([]);
      expect(await booked()).toBe(3);
    });
  });

  describe('test mode', () => {
    it('is under no limit and uses up none', async () => {
      const booker = bookerWith('sender=1/h;installation=1/h');
      const deliveries = batch(3, { mode: 'test' });
      expect(await booker.book(deliveries, new Stops().stop)).toEqual(deliveries);
      expect(await booked()).toBe(0);
    });
  });

  describe('while the limiter is away', () => {
    it('lets nobody go who needs a slot, and everybody else', async () => {
      const away = await createDataSource(database.url, 1).initialize();
      await away.destroy();
      const [limited] = batch(1, { senderRateLimits: '100/h' });
      const [unlimited, tested, holding] = [batch(1), batch(1, { mode: 'test' }), batch(1, { holdsSlot: true })].flat();
      const stops = new Stops();
      const walking = await bookerWith('', away).book([limited!, unlimited!, tested!, holding!], stops.stop);
      expect(walking).toEqual([unlimited, tested, holding]);
      const outcome = stops.of(limited!);
      expect(outcome).toMatchObject({ kind: 'deferred', reason: 'rate_limiter_unavailable' });
      expect(outcome).not.toHaveProperty('slotGraceMs');
      expect(outcome?.kind === 'deferred' && outcome.afterMs).toBeGreaterThanOrEqual(5_000);
      expect(logs.lines({ level: 'warn', count: 1 })).toHaveLength(1);
    });
  });
});
