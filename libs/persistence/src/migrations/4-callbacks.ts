import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What vendors tell us: as it came, and what it says; and what they are asked for. */
export class Callbacks1764300000000 implements MigrationInterface {
  name = 'Callbacks1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE message_look_up, callback_event, callback');
  }
}

const UP = [
  // The evidence of the evidence: kept for a month, to be read by people when a vendor's word is in doubt.
  `CREATE TABLE callback (
    id uuid PRIMARY KEY,
    tenant_id uuid,
    provider text NOT NULL,
    connection_id uuid,
    received_at timestamptz NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    state text NOT NULL CONSTRAINT callback_state_check CHECK (state IN ('read', 'unreadable'))
  )`,
  `COMMENT ON COLUMN callback.tenant_id IS 'null for a connection of the installation'`,
  `COMMENT ON COLUMN callback.connection_id IS 'null for bounce mail, which comes by no connection'`,
  `COMMENT ON COLUMN callback.path IS 'path and query without our token'`,
  // Pruning. Rows come in the order of their time: a few pages are enough to find the old ones.
  `CREATE INDEX callback_age ON callback USING brin (received_at)`,

  // One row for each thing a vendor told, whoever told it how often.
  `CREATE TABLE callback_event (
    id uuid PRIMARY KEY,
    callback_id uuid,
    tenant_id uuid,
    provider text NOT NULL,
    connection_id uuid,
    event_id text NOT NULL,
    received_at timestamptz NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    at timestamptz,
    message_id uuid,
    provider_message_id text,
    evidence jsonb NOT NULL,
    state text NOT NULL DEFAULT 'new'
      CONSTRAINT callback_event_state_check CHECK (state IN ('new', 'applied', 'unmatched', 'parked')),
    tries smallint NOT NULL DEFAULT 0,
    faults smallint NOT NULL DEFAULT 0,
    next_try_at timestamptz DEFAULT now(),
    applied_at timestamptz,
    error text,
    CONSTRAINT callback_event_once UNIQUE NULLS NOT DISTINCT (tenant_id, provider, connection_id, event_id)
  ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN callback_event.callback_id IS 'null for what we have asked the vendor'`,
  `COMMENT ON COLUMN callback_event.evidence IS 'receipt, reason, suppress, pauses_sender, detail; address until it is applied'`,
  `COMMENT ON COLUMN callback_event.message_id IS 'as the vendor says, and the message it was applied to once it is'`,
  `COMMENT ON COLUMN callback_event.tries IS 'looks for its message that found none'`,
  `COMMENT ON COLUMN callback_event.faults IS 'statements that it made fail; 5 and it is parked'`,
  `COMMENT ON COLUMN callback_event.next_try_at IS 'null: it is not tried (again)'`,
  `CREATE INDEX callback_event_due ON callback_event (next_try_at) WHERE next_try_at IS NOT NULL`,
  `CREATE INDEX callback_event_age ON callback_event USING brin (received_at)`,

  // A row for each message that a vendor took who tells nothing by itself, until its end is known.
  `CREATE TABLE message_look_up (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    provider_message_id text NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    ask_at timestamptz NOT NULL
  )`,
  `CREATE INDEX message_look_up_ask_at ON message_look_up (ask_at)`,
];
