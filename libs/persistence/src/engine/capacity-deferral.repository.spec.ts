import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { sentSettlement } from '../../../../test/support/settlements.js';
import { CapacityDeferralRepository, type ConnectionBacklog } from './capacity-deferral.repository.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DispatchRepository } from './dispatch.repository.js';
import { HOLD } from './fallback-statements.js';
import { idRange } from '../statements.js';

const LATER = 30_000;
const CONNECTION = newId();
const NORMAL = { channel: 'email', priority: 2 } as const;

describe('CapacityDeferralRepository', () => {
  let database: TestDatabase;
  let places: CapacityDeferralRepository;
  let delivery: DeliveryRepository;
  let dispatch: DispatchRepository;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    places = new CapacityDeferralRepository(database.dataSource);
    delivery = new DeliveryRepository(database.dataSource);
    dispatch = new DispatchRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
  });
  beforeEach(() => database.dataSource.query('TRUNCATE message, message_schedule'));
  afterAll(() => database.drop());

  const crowd = (more: Partial<ConnectionBacklog> = {}): ConnectionBacklog => ({
    tenantId: tenant.tenantId,
    connectionId: CONNECTION,
    rank: 2,
    room: 0,
    firstMs: 10_000,
    nextMs: 1_000,
    ...more,
  });

  async function sentBack(id: string): Promise<void> {
    await delivery.claim('email', [id], LATER);
    const busy = { status: 'queued', outcome: 'deferred', reason: 'vendor_busy', event: 'deferred' } as const;
    await delivery.settle([sentSettlement(id, 1, { ...busy, attempt: null, dueAfterMs: LATER, permitAt: CONNECTION })]);
  }

  const draw = async (limit = 10) => (await places.bringForward(CONNECTION, limit, LATER)).map(({ id }) => id);
  const claimed = async (ids: string[]) => (await delivery.claim('email', ids, LATER)).map(({ id }) => id);

  it('makes due what was sent back until a later time, the oldest first, each once', async () => {
    const ids = await tenant.messages(3);
    for (const id of [...ids].reverse()) await sentBack(id);
    expect(await claimed(ids)).toEqual([]);
    const [first, second, third] = [...ids].sort();
    expect(new Set(await draw(2))).toEqual(new Set([first, second]));
    expect(new Set(await claimed(ids))).toEqual(new Set([first, second]));
    expect(await draw()).toEqual([third]);
    expect(await draw()).toEqual([]);
  });

  it('leaves alone what waits elsewhere, or was dispatched meanwhile', async () => {
    const [elsewhere, dispatched] = (await tenant.messages(2)) as [string, string];
    await sentBack(dispatched);
    await tenant.set(dispatched, { run_at: new Date(0) });
    await sentBack(elsewhere);
    expect(await places.bringForward(newId(), 10, LATER)).toEqual([]);
    expect(await dispatch.takeOldest(NORMAL, 10, LATER)).toEqual([{ id: dispatched, isolate: false }]);
    expect(await draw()).toEqual([elsewhere]);
  });

  it('does not make due what is held back while its fallback goes', async () => {
    const [id] = (await tenant.messages(1)) as [string];
    await sentBack(id);
    await database.dataSource.query(HOLD, [[id], ...idRange([id]), LATER]);
    expect(await draw()).toEqual([]);
    expect(await places.deferUnclaimed([id], [crowd()])).toEqual([]);
  });

  it('waits for nobody who has such a message in hand', async () => {
    const [busy, free] = (await tenant.messages(2)) as [string, string];
    for (const id of [busy, free]) await sentBack(id);
    await database.dataSource.transaction(async (other) => {
      await other.query('SELECT FROM message WHERE id = $1 FOR UPDATE', [busy]);
      expect(await draw()).toEqual([free]);
    });
    expect(await draw()).toEqual([busy]);
  });

  it('lets as many through as there is room for: the most urgent, then the oldest', async () => {
    const [first, second] = (await tenant.messages(2, { priority: 3 })).sort() as [string, string];
    const [urgent] = (await tenant.messages(1)) as [string];
    const kept = await places.deferUnclaimed([first, second, urgent], [crowd({ room: 2 })]);
    expect(kept).toEqual([{ id: second, connectionId: CONNECTION }]);
    expect(await places.deferUnclaimed([first, urgent], [crowd({ room: 2 })])).toEqual([]);
  });

  it('waits for nobody who has the wake of one in hand, so that nobody and it wait for each other', async () => {
    const [busy, free] = (await tenant.messages(2)) as [string, string];
    await database.dataSource.transaction(async (other) => {
      await other.query('SELECT FROM message_schedule WHERE message_id = $1 FOR UPDATE', [busy]);
      expect(await places.deferUnclaimed([busy, free], [crowd()])).toEqual([{ id: free, connectionId: CONNECTION }]);
    });
    expect(await draw()).toEqual([free]);
  });

  it('puts off a crowd’s messages of its rank and less urgent ones, one after the other, unclaimed', async () => {
    const other = await TenantFactory.create(database.dataSource);
    const [first, second] = (await tenant.messages(2)).sort() as [string, string];
    const [urgent] = (await tenant.messages(1, { priority: 1 })) as [string];
    const [theirs] = (await other.messages(1)) as [string];
    const kept = await places.deferUnclaimed([urgent, theirs, second, first], [crowd()]);
    expect(new Set(kept.map(({ id }) => id))).toEqual(new Set([first, second]));
    const rows = await database.dataSource.query<{ id: string; ms: number }[]>(
      `SELECT message_id AS id, extract(epoch FROM run_at - now())::float * 1000 AS ms FROM message_schedule
       WHERE connection_id = $1 ORDER BY run_at`,
      [CONNECTION],
    );
    expect(rows.map(({ id }) => id)).toEqual([first, second]);
    expect((rows[1]?.ms ?? 0) - (rows[0]?.ms ?? 0)).toBeCloseTo(1_000, 0);
    expect(rows[0]?.ms).toBeGreaterThan(9_000);
    expect(new Set(await draw())).toEqual(new Set([first, second]));
    expect(new Set(await claimed([first, second]))).toEqual(new Set([first, second]));
  });
});
