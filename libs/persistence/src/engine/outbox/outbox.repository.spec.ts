import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { TenantFactory } from '../../../../../test/support/factories.js';
import { happen } from '../../../../../test/support/outbox-steps.js';
import { until } from '../../../../../test/support/until.js';
import { OutboxRepository } from './outbox.repository.js';
import type { OutboxEvent, Subscriber } from './subscriber.js';

const NAME = 'listener';

let database: TestDatabase;
let outbox: OutboxRepository;
let tenant: TenantFactory;

beforeAll(async () => {
  database = await createTestDatabase();
  outbox = new OutboxRepository(database.dataSource);
  tenant = await TenantFactory.create(database.dataSource);
  await database.dataSource.query('CREATE TABLE heard (message_id uuid, type text)');
});
beforeEach(() => database.dataSource.query('TRUNCATE outbox, message, message_schedule, heard'));
afterAll(() => database.drop());

const WAITS_FOR_A_LOCK = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

const query = <T>(sql: string, parameters: unknown[] = []) => database.dataSource.query<T>(sql, parameters);
const messages = (count: number) => tenant.messages(count, { listeners: [NAME] });

/** Writes what it hears. */
function listener(changes: Partial<Subscriber> = {}): Subscriber {
  return {
    name: NAME,
    async handle(events, tx) {
      for (const { messageId, type } of events)
        await tx.query('INSERT INTO heard (message_id, type) VALUES ($1, $2)', [messageId, type]);
    },
    ...changes,
  };
}

async function heard(): Promise<string[]> {
  const rows = await query<{ message_id: string; type: string }[]>('SELECT * FROM heard');
  return rows.map(({ message_id, type }) => `${message_id} ${type}`);
}

async function rows(): Promise<number> {
  return (await query<[{ count: number }]>('SELECT count(*)::int FROM outbox'))[0].count;
}

describe('the outbox', () => {
  it('has a row for each listener, and none for a message that nobody listens to', async () => {
    const [plain] = (await tenant.messages(1)) as [string];
    const [both] = (await tenant.messages(1, { listeners: [NAME, 'other'] })) as [string];
    await happen(database.dataSource, [plain, both], 'failed');
    expect(await query('SELECT subscriber, message_id, type, reason, detail FROM outbox ORDER BY subscriber')).toEqual(
      [NAME, 'other'].map((subscriber) => {
        return { subscriber, message_id: both, type: 'failed', reason: 'as told', detail: { was: 'queued' } };
      }),
    );
  });

  it('comes to nothing with the transaction it was written in', async () => {
    const ids = await messages(1);
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await happen(runner.manager, ids, 'sent');
    await runner.rollbackTransaction();
    await runner.release();
    expect(await outbox.hasDue(NAME)).toBe(false);
  });

  it('hands an event over whose transaction ended after that of a later id', async () => {
    const [early, late] = (await messages(2)) as [string, string];
    const slow = database.dataSource.createQueryRunner();
    await slow.startTransaction();
    await happen(slow.manager, [early], 'sent');
    await happen(database.dataSource, [late], 'sent');
    await outbox.handOver(listener(), 10);
    expect(await heard()).toEqual([`${late} sent`]);
    await slow.commitTransaction();
    await slow.release();
    await outbox.handOver(listener(), 10);
    expect(await heard()).toEqual([`${late} sent`, `${early} sent`]);
    expect(await rows()).toBe(0);
  });

  it('keeps the order of a message’s events', async () => {
    const ids = await messages(3);
    const types = ['deferred', 'retry', 'sent', 'delivered', 'complained'] as const;
    for (const type of types) await happen(database.dataSource, ids, type);
    while ((await outbox.handOver(listener(), 4)).taken > 0);
    for (const id of ids)
      expect((await heard()).filter((each) => each.startsWith(id))).toEqual(types.map((type) => `${id} ${type}`));
  });

  it('hands nothing to a second reader while a first is at it, and nothing twice', async () => {
    const ids = await messages(4);
    await happen(database.dataSource, ids, 'sent');
    let second: Promise<unknown> = Promise.resolve();
    const first = listener({
      async handle(events, tx) {
        await listener().handle(events, tx);
        second = outbox.handOver(listener(), 10);
        expect(await second).toEqual({ taken: 0, failed: [], setAside: 0 });
      },
    });
    await outbox.handOver(first, 2);
    await outbox.handOver(listener(), 10);
    expect((await heard()).sort()).toEqual(ids.map((id) => `${id} sent`).sort());
  });

  it('hands nothing twice to a reader whose snapshot is older than what another has just forgotten', async () => {
    const [id] = (await messages(1)) as [string];
    await happen(database.dataSource, [id], 'sent');
    const other = database.dataSource.createQueryRunner();
    await other.startTransaction();
    // Has read it, and not yet ended; the lock of a reader is not there, as if it had been let go of a moment ago.
    await other.query('DELETE FROM outbox');
    const reading = outbox.handOver(listener(), 10);
    await until(async () => (await query<object[]>(WAITS_FOR_A_LOCK)).length > 0);
    await other.commitTransaction();
    await other.release();
    expect(await reading).toMatchObject({ taken: 0 });
    expect(await heard()).toEqual([]);
  });

  it('does not wait for another subscriber', async () => {
    const [id] = (await tenant.messages(1, { listeners: [NAME, 'other'] })) as [string];
    await happen(database.dataSource, [id], 'sent');
    const other = listener({
      name: 'other',
      async handle() {
        await outbox.handOver(listener(), 10);
        expect(await heard()).toEqual([`${id} sent`]);
      },
    });
    expect(await outbox.handOver(other, 10)).toMatchObject({ taken: 1, failed: [] });
  });

  it('forgets events that its subscriber does not hear', async () => {
    const ids = await messages(1);
    for (const type of ['sent', 'delivered', 'opened'] as const) await happen(database.dataSource, ids, type);
    const result = await outbox.handOver(listener({ events: ['delivered'] }), 10);
    expect(result).toMatchObject({ taken: 3, failed: [] });
    expect(await heard()).toEqual([`${ids[0]} delivered`]);
    expect(await rows()).toBe(0);
  });

  it('ends with its reader, should that stand still', async () => {
    await happen(database.dataSource, await messages(1), 'sent');
    let limit: unknown;
    const handle: Subscriber['handle'] = async (_, tx) => {
      [limit] = await tx.query<object[]>('SHOW idle_in_transaction_session_timeout');
    };
    await outbox.handOver(listener({ handle }), 1);
    expect(limit).toEqual({ idle_in_transaction_session_timeout: '30s' });
  });
});

describe('an event that makes its subscriber fail', () => {
  const failingAt = (poison: string) =>
    listener({
      async handle(events: readonly OutboxEvent[], tx) {
        await listener().handle(events, tx);
        if (events.some(({ messageId }) => messageId === poison)) throw new Error('no "good"\0');
      },
    });
  const later = () => query('UPDATE outbox SET run_at = now() WHERE run_at IS NOT NULL');

  it('keeps no other from being heard once, and comes again later', async () => {
    const [first, poison, third] = (await messages(3)) as [string, string, string];
    await happen(database.dataSource, [first, poison, third], 'sent');
    const { taken, failed } = await outbox.handOver(failingAt(poison), 10);
    expect([taken, failed.map(({ item }) => item.messageId)]).toEqual([3, [poison]]);
    expect((await heard()).sort()).toEqual([`${first} sent`, `${third} sent`].sort());
    const [row] = await query<object[]>(
      `SELECT faults, error, run_at BETWEEN now() + interval '5 s' AND now() + interval '10 s' AS later FROM outbox`,
    );
    expect(row).toEqual({ faults: 1, error: 'no "good"', later: true });
    expect(await outbox.hasDue(NAME)).toBe(false);
    await later();
    await outbox.handOver(listener(), 10);
    expect(await heard()).toContain(`${poison} sent`);
    expect(await rows()).toBe(0);
  });

  it('by a statement that the database refuses is put off like any other', async () => {
    const [poison, other] = (await messages(2)) as [string, string];
    await happen(database.dataSource, [poison, other], 'sent');
    const handle: Subscriber['handle'] = async (events, tx) => {
      for (const { messageId } of events) await tx.query('SELECT 1 / $1::int', [messageId === poison ? 0 : 1]);
      await listener().handle(events, tx);
    };
    const { failed } = await outbox.handOver(listener({ handle }), 10);
    expect(failed).toHaveLength(1);
    expect(await heard()).toEqual([`${other} sent`]);
  });

  it('waits longer each time, is set aside in the end, and is told by the figures', async () => {
    const [poison] = (await messages(1)) as [string];
    await happen(database.dataSource, [poison], 'sent');
    const waits: (number | null)[] = [];
    let setAside = 0;
    for (let fault = 0; fault < 8; fault++) {
      ({ setAside } = await outbox.handOver(failingAt(poison), 10));
      const [row] = await query<[{ wait: number | null }]>(
        'SELECT round(extract(epoch FROM run_at - now()) / 10)::int AS wait FROM outbox',
      );
      waits.push(row.wait);
      await later();
    }
    expect(waits).toEqual([1, 3, 9, 27, 81, 243, 729, null]);
    expect(setAside).toBe(1);
    expect(await outbox.hasDue(NAME)).toBe(false);
    expect(await outbox.figures([NAME])).toEqual([{ subscriber: NAME, backlog: 0, lagSeconds: 0, setAside: 1 }]);
  });
});

describe('figures of the outbox', () => {
  it('are how much waits for each subscriber, and how long the oldest has', async () => {
    await happen(database.dataSource, await messages(3), 'sent');
    await query(`UPDATE outbox SET run_at = now() - interval '90 s' WHERE id = (SELECT max(id) FROM outbox)`);
    await query(`UPDATE outbox SET run_at = now() + interval '90 s' WHERE id = (SELECT min(id) FROM outbox)`);
    const [figures, none] = await outbox.figures([NAME, 'other']);
    expect(figures).toMatchObject({ subscriber: NAME, backlog: 2, setAside: 0 });
    expect(figures?.lagSeconds).toBeGreaterThanOrEqual(90);
    expect(figures?.lagSeconds).toBeLessThan(120);
    expect(none).toEqual({ subscriber: 'other', backlog: 0, lagSeconds: 0, setAside: 0 });
  });
});
