import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGE_STATUSES } from '@outbell/shared/constants/message-status.js';
import { idFloor } from '@outbell/shared/uuid.js';
import { DatabaseBeforeWakes } from '../../../../test/support/database-before-wakes.js';
import { createEmptyDatabase } from '../../../../test/support/database.js';
import { schemaOf } from '../../../../test/support/schema.js';
import { migrate } from '../migrate.js';
import { DeliveryRepository } from '../repositories/delivery.repository.js';
import { DispatchRepository } from '../repositories/dispatch.repository.js';
import { PartitionRepository } from '../repositories/partition.repository.js';
import { UpkeepRepository } from '../repositories/upkeep.repository.js';

const NOW = new Date();
const HELD = 120;
const soon = (ms: number) => new Date(NOW.getTime() + ms);
const lastMonth = new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 1, 1));

/** Messages by what they are there for. */
interface Scene {
  waiting: string;
  suspect: string;
  sending: string;
  unknown: string;
  held: string[];
}

describe('migration 2, wakes and leases', () => {
  let before: DatabaseBeforeWakes;
  let db: DataSource;
  let scene: Scene;
  let released: Record<string, unknown[]>;
  let messages: unknown[];

  beforeAll(async () => {
    before = await DatabaseBeforeWakes.create(NOW);
    db = before.dataSource;
    scene = await fill(before);
    released = await schemaOf(db);
    messages = await messagesBefore(db);
    await db.runMigrations({ transaction: 'each' });
  });
  afterAll(() => before.drop());

  it('keeps every message as it was, in its month', async () => {
    expect(messages).toHaveLength(MESSAGE_STATUSES.length + 4 + HELD);
    expect(await messagesAfter(db)).toEqual(messages);
    const troubled = await db.query<{ status: string; trouble: string }[]>(
      `SELECT status, trouble FROM message WHERE trouble IS NOT NULL ORDER BY 1`,
    );
    expect(new Set(troubled.map(({ status }) => status))).toEqual(
      new Set(['expired', 'failed', 'suppressed', 'unknown']),
    );
    for (const { status, trouble } of troubled) expect(trouble).toBe(status);
  });

  it('has a wake for each message that is not through, and for no other', async () => {
    const [counts] = await db.query<[Record<string, number>]>(
      `SELECT count(*) FILTER (WHERE awaited)::int AS awaited, count(message_id)::int AS wakes,
         count(message_id) FILTER (WHERE awaited AND w.tenant_id = m.tenant_id AND w.channel = m.channel
           AND w.priority = m.priority AND w.due_at = m.due_at AND w.suspect = (m.crashes > 0))::int AS alike
       FROM message_wake w FULL JOIN (SELECT *, status IN ('queued', 'processing', 'sending') AS awaited FROM message) m
         ON m.id = w.message_id`,
    );
    expect(counts).toEqual({ awaited: HELD + 6, wakes: HELD + 6, alike: HELD + 6 });
    const [suspect] = await db.query(`SELECT suspect FROM message_wake WHERE message_id = $1`, [scene.suspect]);
    expect(suspect).toEqual({ suspect: true });
  });

  it('names each held message in one lease of at most a hundred, to be looked at when the first of them ends', async () => {
    const leases = await db.query<{ ids: string[]; right: boolean }[]>(
      `SELECT message_ids AS ids, look_at = (SELECT min(lease_until) FROM message WHERE id = ANY(message_ids)) AS right
       FROM message_lease ORDER BY look_at`,
    );
    expect(leases.map(({ ids }) => ids.length)).toEqual([100, HELD + 3 - 100]);
    expect(leases.every(({ right }) => right)).toBe(true);
    const named = leases.flatMap(({ ids }) => ids);
    expect(new Set(named).size).toBe(HELD + 3);
    expect(named).toEqual(expect.arrayContaining([scene.sending, ...scene.held]));
  });

  it('keeps ended attempts, ends forgotten ones, and leaves the one under way to its message', async () => {
    const attempts = await attemptsOf(db);
    expect(attempts).toEqual([
      { message_id: scene.sending, number: 1, outcome: 'retry', reason: 'greylisted', ended: true },
      { message_id: scene.unknown, number: 1, outcome: 'unknown', reason: 'worker_lost_while_sending', ended: true },
    ]);
  });

  it('makes the same schema of a database with data as of an empty one', async () => {
    const empty = await createEmptyDatabase();
    try {
      await empty.dataSource.runMigrations({ transaction: 'each' });
      await new PartitionRepository(empty.dataSource).ensure(NOW, 3);
      const fresh = await schemaOf(empty.dataSource);
      expect(fresh['tables']?.length).toBeGreaterThanOrEqual(31);
      expect(await schemaOf(db)).toEqual(fresh);
    } finally {
      await empty.drop();
    }
  });

  it('goes back to 0.1.0 with all data, and comes again', async () => {
    const migrated = await schemaOf(db);
    const leases = await db.query(`SELECT look_at, message_ids FROM message_lease ORDER BY look_at`);
    const wakes = await db.query(`SELECT * FROM message_wake ORDER BY message_id`);
    for (let later = db.migrations.length; later > 1; later--) await db.undoLastMigration();
    expect(await schemaOf(db)).toEqual(released);
    expect(await messagesBefore(db)).toEqual(messages);
    expect(await attemptsOf(db)).toContainEqual(
      expect.objectContaining({ message_id: scene.sending, number: 2, outcome: null, ended: false }),
    );
    await db.runMigrations({ transaction: 'each' });
    expect(await schemaOf(db)).toEqual(migrated);
    expect(await messagesAfter(db)).toEqual(messages);
    expect(await db.query(`SELECT look_at, message_ids FROM message_lease ORDER BY look_at`)).toEqual(leases);
    expect(await db.query(`SELECT * FROM message_wake ORDER BY message_id`)).toEqual(wakes);
  });

  it('lets dispatch, delivery and upkeep go on where 0.1.0 stopped', async () => {
    const due = await new DispatchRepository(db).takeOldest({ channel: 'email', priority: 1 }, 1_000, 30_000);
    expect(due).toContainEqual({ id: scene.waiting, suspect: false });
    const [claimed] = await new DeliveryRepository(db).claim('email', [scene.waiting], 30_000);
    expect(claimed).toMatchObject({
      id: scene.waiting,
      fence: 4,
      attempts: 1,
      content: { text: 'Hello' },
      waitedFor: 'greylisted',
    });
    await new UpkeepRepository(db).rescue(10, 5);
    const [lost] = await db.query(`SELECT status, reason, lease_until FROM message WHERE id = $1`, [scene.sending]);
    expect(lost).toEqual({ status: 'unknown', reason: 'worker_lost_while_sending', lease_until: null });
    expect(await attemptsOf(db)).toContainEqual({
      message_id: scene.sending,
      number: 2,
      outcome: 'unknown',
      reason: 'worker_lost_while_sending',
      ended: true,
    });
    const [others] = await db.query(
      `SELECT count(*)::int AS held FROM message WHERE id = ANY($1) AND status = 'processing'`,
      [scene.held],
    );
    expect(others).toEqual({ held: HELD });
  });
});

describe('migrate', () => {
  it('is done once by many who start at once', async () => {
    const before = await DatabaseBeforeWakes.create(NOW);
    try {
      const applied = await Promise.all(Array.from({ length: 3 }, () => migrate(before.url)));
      expect(applied.flat()).toEqual(before.dataSource.migrations.slice(1).map(({ name }) => name));
    } finally {
      await before.drop();
    }
  });
});

describe('migration 2, beside what retention took away', () => {
  it('leaves detached tables alone, and first finishes what is half detached', async () => {
    const before = await DatabaseBeforeWakes.create(NOW);
    const db = before.dataSource;
    try {
      const name = `message_${lastMonth.toISOString().slice(0, 7).replace('-', '_')}`;
      const present = `message_${NOW.toISOString().slice(0, 7).replace('-', '_')}`;
      const detached = await before.message({ status: 'sent', id: idFloor(lastMonth) });
      const half = await before.message({ status: 'sent' });
      await db.query(`ALTER TABLE message DETACH PARTITION ${name}`);
      await db.transaction(async (tx) => {
        await tx.query('SET LOCAL allow_system_table_mods = on');
        await tx.query(`UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = $1::regclass`, [present]);
      });
      await db.runMigrations({ transaction: 'each' });
      expect(await db.query('SELECT FROM message')).toEqual([]);
      for (const [table, id] of [
        [name, detached],
        [present, half],
      ]) {
        expect(await db.query(`SELECT id, wake_at IS NOT NULL AS as_it_was FROM ${table}`)).toEqual([
          { id, as_it_was: true },
        ]);
      }
    } finally {
      await before.drop();
    }
  });
});

/** One message of each status, and what 0.1.0 has under way. */
async function fill(before: DatabaseBeforeWakes): Promise<Scene> {
  for (const status of MESSAGE_STATUSES) {
    const held = status === 'processing' || status === 'sending';
    const later = { due_at: soon(3_600_000), provider: 'smtp', lease_until: held ? soon(7_200_000) : null };
    await before.message({ status, ...later, ...(status === 'sent' && { id: idFloor(lastMonth) }) });
  }
  const waiting = await before.message(EVERY_COLUMN);
  const suspect = await before.message({ status: 'queued', crashes: 2, wake_at: soon(5_000) });
  const lost = { attempts: 2, fence: 3, provider: 'smtp', lease_until: soon(-1_000) };
  const sending = await before.message({ status: 'sending', ...lost });
  const unknown = await before.message({ status: 'unknown', attempts: 1, fence: 1 });
  await before.attempt({ message_id: sending, number: 1, ended_at: NOW, outcome: 'retry', reason: 'greylisted' });
  await before.attempt({ message_id: sending, number: 2, fence: 3 });
  await before.attempt({ message_id: unknown, number: 1 });
  const held: string[] = [];
  for (let i = 0; i < HELD; i++) {
    held.push(await before.message({ status: 'processing', fence: 1, lease_until: soon(3_600_000 + i * 1_000) }));
  }
  return { waiting, suspect, sending, unknown, held };
}

const EVERY_COLUMN = {
  status: 'queued',
  mode: 'test',
  attempts: 1,
  attempt_limit: 9,
  fence: 3,
  slot_until: soon(9_000),
  expires_at: soon(90_000),
  template_version_id: idFloor(NOW),
  variables: { name: 'Ann', n: 1.5 },
  content: { text: 'Hello' },
  metadata: { order: [1, '2'] },
  tags: ['a', 'b c'],
  reason: 'greylisted',
  connection_id: idFloor(NOW),
  provider: 'smtp',
  provider_message_id: 'vendor-1',
};

/** Each message with its partition; the columns that only one of the schemas has are left out, but for when it wakes. */
function messagesBefore(db: DataSource): Promise<unknown[]> {
  return db.query(
    `SELECT to_jsonb(m) - 'wake_at' AS row, tableoid::regclass::text AS month,
       CASE WHEN status IN ('queued', 'processing', 'sending') THEN wake_at END AS wake
     FROM message m ORDER BY id`,
  );
}

function messagesAfter(db: DataSource): Promise<unknown[]> {
  return db.query(
    `SELECT to_jsonb(m) - '{trouble,connection_version,failovers,tried,maybe_sent_at,topic}'::text[] AS row, m.tableoid::regclass::text AS month, w.wake_at AS wake
     FROM message m LEFT JOIN message_wake w ON w.message_id = m.id ORDER BY m.id`,
  );
}

function attemptsOf(db: DataSource): Promise<unknown[]> {
  return db.query(
    `SELECT message_id, number, outcome, reason, ended_at IS NOT NULL AS ended FROM message_attempt ORDER BY message_id, number`,
  );
}
