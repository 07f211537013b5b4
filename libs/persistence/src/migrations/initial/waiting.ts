// Rows come and go with every message: a vacuum that comes after the thousands keeps the indexes small.
const BUSY = 'autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000';

/** What waits for its time: each of these tables has `run_at`, from when its rows are taken, and an index on it. */
export const WAITING = [
  // A row for each message that is not yet through: when dispatch publishes it next.
  `CREATE TABLE message_schedule (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    priority smallint NOT NULL,
    isolate boolean NOT NULL DEFAULT false,
    due_at timestamptz NOT NULL,
    run_at timestamptz NOT NULL,
    connection_id uuid
  ) WITH (${BUSY})`,
  `COMMENT ON COLUMN message_schedule.run_at IS 'due_at, or later once a wake-up is under way'`,
  `COMMENT ON COLUMN message_schedule.isolate IS 'it may be what killed its worker, and travels alone'`,
  `COMMENT ON COLUMN message_schedule.connection_id IS
   'where it waits for a place until run_at; null: it waits for none'`,
  // Dispatch, when all that is due fits into one round: oldest first.
  `CREATE INDEX message_schedule_due ON message_schedule (channel, priority, run_at)`,
  // Dispatch under a backlog: by turns among tenants, each tenant's oldest first.
  `CREATE INDEX message_schedule_turn ON message_schedule (channel, priority, tenant_id, run_at)`,
  // What an empty place calls for next, the oldest first. Only messages that wait for a busy vendor are in it.
  `CREATE INDEX message_schedule_connection ON message_schedule (connection_id, priority, message_id)
   WHERE connection_id IS NOT NULL`,

  // A row for each batch that was claimed: when maintenance looks whether all in it have been settled. The lease itself
  // is the message's lease_until; this is how those of dead workers are found.
  `CREATE TABLE message_lease (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_at timestamptz NOT NULL,
    message_ids uuid[] NOT NULL
  ) WITH (${BUSY})`,
  `CREATE INDEX message_lease_run_at ON message_lease (run_at)`,

  // A row for each fallback of a message that has some; it stays for as long as the message can be read.
  `CREATE TABLE message_fallback (
    message_id uuid NOT NULL,
    position smallint NOT NULL,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    after_ms int NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CONSTRAINT message_fallback_state_check
      CHECK (state IN ('waiting', 'going', 'gone', 'refused', 'not_needed', 'canceled')),
    due_at timestamptz,
    run_at timestamptz,
    request json,
    fallback_message_id uuid,
    errors jsonb,
    PRIMARY KEY (message_id, position)
  ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN message_fallback.due_at IS
   'after_ms from when the message is due, or from when the fallback before it went; null until that went'`,
  `COMMENT ON COLUMN message_fallback.run_at IS 'when it is looked at next; null: not (yet)'`,
  `COMMENT ON COLUMN message_fallback.request IS 'what is to be accepted then; null once that is decided'`,
  `COMMENT ON COLUMN message_fallback.errors IS 'why it was refused'`,
  `CREATE INDEX message_fallback_run_at ON message_fallback (run_at) WHERE run_at IS NOT NULL`,
  // Whose fallback a message is; and that it is that of one alone.
  `CREATE UNIQUE INDEX message_fallback_message ON message_fallback (fallback_message_id)
   WHERE fallback_message_id IS NOT NULL`,

  // A row for each message that ended unknown and is to be sent again then, until that is decided.
  `CREATE TABLE message_resend (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    run_at timestamptz NOT NULL
  )`,
  `CREATE INDEX message_resend_run_at ON message_resend (run_at)`,

  // A row for each message that a vendor took who tells nothing by itself, until its end is known.
  `CREATE TABLE message_status_poll (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    provider_message_id text NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    run_at timestamptz NOT NULL
  )`,
  `CREATE INDEX message_status_poll_run_at ON message_status_poll (run_at)`,
];
