import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PARTITION_STORAGE, PARTITIONED, type Partitioned } from '../partition-storage.js';
import { MESSAGE_BEFORE, PARTITION_STORAGE_BEFORE } from './2-message-table-before.js';
import { MESSAGE } from './2-message-table.js';
import { rebuildMessage } from './2-rebuild-message.js';

/**
 * What delivery changes leaves the indexes of message: when a message wakes lies in message_wake, whose lease runs in message_lease, and
 * an attempt is written once, when it has ended. Brings a database of 0.1.0 there with its data, and back. The message table is
 * rewritten meanwhile: nobody reads or writes until it is done.
 */
export class WakesAndLeases1764100000000 implements MigrationInterface {
  name = 'WakesAndLeases1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await holdStill(runner);
    for (const statement of [...ENDED_ATTEMPTS, ...WAKES]) await runner.query(statement);
    await rebuildMessage(runner, MESSAGE);
    for (const statement of LEASES) await runner.query(statement);
    await store(runner, 'message_attempt', PARTITION_STORAGE);
    await store(runner, 'message_event', PARTITION_STORAGE);
    for (const table of ['message', 'message_wake', 'message_lease']) await runner.query(`ANALYZE ${table}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await holdStill(runner);
    for (const statement of OPEN_ATTEMPTS) await runner.query(statement);
    await runner.query('DROP TABLE message_lease');
    await rebuildMessage(runner, MESSAGE_BEFORE);
    await runner.query('DROP TABLE message_wake');
    await store(runner, 'message_attempt', PARTITION_STORAGE_BEFORE);
    await store(runner, 'message_event', PARTITION_STORAGE_BEFORE);
    await runner.query('ANALYZE message');
  }
}

// Rows come and go with every message: a vacuum that comes after the thousands keeps the indexes small.
const BUSY = 'autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000';

// message_attempt has one row for each call to a provider, written when it has ended. The call under way is the message's row itself;
// what else is open was left by a worker that nobody heard of again.
const ENDED_ATTEMPTS = [
  `DELETE FROM message_attempt a USING message m
   WHERE a.ended_at IS NULL AND m.id = a.message_id AND m.status = 'sending' AND m.attempts = a.number`,
  `UPDATE message_attempt SET ended_at = now(), outcome = 'unknown', reason = 'worker_lost_while_sending' WHERE ended_at IS NULL`,
  `ALTER TABLE message_attempt ALTER ended_at SET NOT NULL, ALTER outcome SET NOT NULL`,
];

const OPEN_ATTEMPTS = [
  `ALTER TABLE message_attempt ALTER ended_at DROP NOT NULL, ALTER outcome DROP NOT NULL`,
  `INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at)
   SELECT id, attempts, tenant_id, fence, connection_id, provider, updated_at FROM message WHERE status = 'sending'`,
];

const WAKES = [
  // A row for each message that is not yet through: when dispatch publishes it next.
  `CREATE TABLE message_wake (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    priority smallint NOT NULL,
    suspect boolean NOT NULL DEFAULT false,
    due_at timestamptz NOT NULL,
    wake_at timestamptz NOT NULL
  ) WITH (${BUSY})`,
  `COMMENT ON COLUMN message_wake.wake_at IS 'due_at, or later once a wake-up is under way'`,
  `COMMENT ON COLUMN message_wake.suspect IS 'it may be what killed its worker, and travels alone'`,
  `INSERT INTO message_wake (message_id, tenant_id, channel, priority, suspect, due_at, wake_at)
   SELECT id, tenant_id, channel, priority, crashes > 0, due_at, wake_at FROM message
   WHERE status IN ('queued', 'processing', 'sending')`,
  // Dispatch, when all that is due fits into one round: oldest first.
  `CREATE INDEX message_wake_due ON message_wake (channel, priority, wake_at)`,
  // Dispatch under a backlog: by turns among tenants, each tenant's oldest first.
  `CREATE INDEX message_wake_turn ON message_wake (channel, priority, tenant_id, wake_at)`,
];

// A row for each batch that was claimed: when upkeep looks whether all in it have been settled. The lease itself is the message's
// lease_until; this is how those of dead workers are found.
const LEASES = [
  `CREATE TABLE message_lease (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    look_at timestamptz NOT NULL,
    message_ids uuid[] NOT NULL
  ) WITH (${BUSY})`,
  `INSERT INTO message_lease (look_at, message_ids)
   SELECT min(lease_until), array_agg(id ORDER BY id) FROM (
     SELECT id, lease_until, (row_number() OVER (ORDER BY lease_until, id) - 1) / 100 AS batch
     FROM message WHERE status IN ('processing', 'sending')
   ) AS held GROUP BY batch`,
  `CREATE INDEX message_lease_look_at ON message_lease (look_at)`,
];

/** What is half detached is finished first, or it would be dropped with the old table; then nobody reads or writes until the end. */
async function holdStill(runner: QueryRunner): Promise<void> {
  const pending = await runner.manager.query<{ statement: string }[]>(
    `SELECT format('ALTER TABLE %s DETACH PARTITION %s FINALIZE', i.inhparent::regclass, i.inhrelid::regclass) AS statement
     FROM pg_inherits i WHERE i.inhdetachpending AND i.inhparent = ANY($1::regclass[])`,
    [PARTITIONED],
  );
  for (const { statement } of pending) await runner.query(statement);
  await runner.query(`LOCK TABLE ${PARTITIONED.join(', ')} IN ACCESS EXCLUSIVE MODE`);
}

/** Gives the partitions of a table other storage settings: for what is written from now on. */
async function store(runner: QueryRunner, table: Partitioned, storage: Record<Partitioned, string>): Promise<void> {
  const partitions = await runner.manager.query<{ name: string }[]>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass`,
    [table],
  );
  for (const { name } of partitions) {
    await runner.query(
      `ALTER TABLE ${name} RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)`,
    );
    await runner.query(`ALTER TABLE ${name} SET (${storage[table]})`);
  }
}
