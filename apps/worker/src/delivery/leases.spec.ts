import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { PATIENCE_MS } from '@outbell/persistence/engine/in-flight.js';
import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import type { Rendered } from './delivery.js';
import { Leases } from './leases.js';

const LEASE_MS = 20_000;
const SEND_TIMEOUT_MS = 5_000;

describe('Leases', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;
  let leases: Leases;

  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
    const config = testConfig({ LEASE_MS: String(LEASE_MS), SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS) });
    leases = new Leases(new DeliveryRepository(database.dataSource), config);
  });
  afterAll(() => database.drop());

  /** Claimed messages that would go through that connection. */
  async function group(size: number, connectionId = newId()): Promise<Rendered[]> {
    const claimed = await leases.claim('email', await tenant.messages(size));
    return claimed.map((delivery) => ({ ...delivery, connection: { connectionId, provider: 'smtp' } }) as Rendered);
  }

  /** How many transactions have marked them. */
  async function statements(groups: Rendered[][]): Promise<number> {
    const ids = groups.flat().map(({ message }) => message.id);
    const [row] = await database.dataSource.query<{ count: number }[]>(
      `SELECT count(DISTINCT xmin::text)::int AS count FROM message WHERE id = ANY($1)`,
      [ids],
    );
    return row?.count ?? 0;
  }

  async function statuses(deliveries: Rendered[]): Promise<Set<unknown>> {
    const rows = await Promise.all(deliveries.map(({ message }) => tenant.row(message.id)));
    return new Set(rows.map(({ status }) => status));
  }

  describe('marks of one moment', () => {
    it('share a statement as long as it holds fewer than a hundred messages', async () => {
      const groups = [await group(30), await group(69), await group(40), await group(1)];
      await Promise.all(groups.map((deliveries) => leases.markSending(deliveries)));
      expect(await statements(groups.slice(0, 3))).toBe(1);
      expect(await statements(groups)).toBe(2);
    });

    it('come back to their own groups, in their order', async () => {
      const groups = [await group(3), await group(100), await group(2)];
      const marked = await Promise.all(groups.map((deliveries) => leases.markSending(deliveries)));
      const ids = (of: { message: { id: string } }[][]) => of.map((some) => some.map(({ message }) => message.id));
      expect(ids(marked)).toEqual(ids(groups));
      expect(marked.flat().every(({ attempt }) => attempt === 1)).toBe(true);
    });

    it('that are refused are the failure of the groups of their statement', async () => {
      const before = await group(100);
      const refused = await group(60, 'not a uuid');
      const beside = await group(40);
      const after = await group(5);
      const marks = [before, refused, beside, after].map((deliveries) => leases.markSending(deliveries));
      const ends = (await Promise.allSettled(marks)).map(({ status }) => status);
      expect(ends).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect(await statuses([...before, ...after])).toEqual(new Set(['sending']));
      expect(await statuses([...refused, ...beside])).toEqual(new Set(['processing']));
    });

    it('leave out what has passed into other hands', async () => {
      const [kept, lost] = (await group(2)) as [Rendered, Rendered];
      await tenant.set(lost.message.id, { fence: lost.message.fence + 1 });
      const marked = await leases.markSending([kept, lost]);
      expect(marked.map(({ message }) => message.id)).toEqual([kept.message.id]);
    });
  });

  describe('a mark', () => {
    it('allows no call to begin after who stops something has waited for it, and outlives calls by far', async () => {
      const [delivery] = (await group(1)) as [Rendered];
      const before = performance.now();
      const [marked] = await leases.markSending([delivery]);
      expect(marked?.markedAt).toBeGreaterThanOrEqual(before);
      expect((marked?.callBefore ?? 0) - (marked?.markedAt ?? 0)).toBeCloseTo(PATIENCE_MS, 6);
      const [row] = await database.dataSource.query<{ ms: number }[]>(
        `SELECT extract(epoch FROM lease_until - updated_at)::float * 1000 AS ms FROM message WHERE id = $1`,
        [delivery.message.id],
      );
      expect(row?.ms).toBeCloseTo(LEASE_MS + SEND_TIMEOUT_MS, 0);
    });

    it('allows none to begin after its lease, which may be shorter', async () => {
      const short = testConfig({ LEASE_MS: '1000', SEND_TIMEOUT_MS: String(SEND_TIMEOUT_MS) });
      const [delivery] = (await group(1)) as [Rendered];
      const [marked] = await new Leases(new DeliveryRepository(database.dataSource), short).markSending([delivery]);
      expect((marked?.callBefore ?? 0) - (marked?.markedAt ?? 0)).toBeCloseTo(1_000, 6);
    });
  });

  describe('release', () => {
    it('makes what was claimed due again', async () => {
      const deliveries = await group(2);
      await leases.release(deliveries);
      expect(await statuses(deliveries)).toEqual(new Set(['queued']));
    });
  });
});
