import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Conditions and weights of connections, what a message remembers of its way, and tenants that are paused. */
export class Routing1764200000000 implements MigrationInterface {
  name = 'Routing1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

// None of the new columns of message is in an index: its updates stay HOT. Each is added without rewriting a row.
// connection_version: of connection_id, at the latest call. failovers: attempts that another connection took over at once; they count for
// none of the retry policy. tried: connections that have failed it since its latest wait. maybe_sent_at: when a call began that may have
// sent it, and is repeated under the same key by the same connection alone. (As comments in the database they would be missing from
// the partitions that are there.)
const UP = [
  `ALTER TABLE connection ADD conditions jsonb,
    ADD weight int NOT NULL DEFAULT 1 CONSTRAINT connection_weight_check CHECK (weight BETWEEN 1 AND 1000)`,
  `COMMENT ON COLUMN connection.conditions IS 'messages it is meant for: {country_prefixes, recipient_domains, priorities, tags}; null = all'`,
  `COMMENT ON COLUMN connection.weight IS 'its share of the messages among connections of the same priority'`,
  `ALTER TABLE message ADD connection_version int, ADD failovers smallint NOT NULL DEFAULT 0, ADD tried uuid[],
    ADD maybe_sent_at timestamptz`,
  `ALTER TABLE tenant ADD paused_at timestamptz, ADD pause_reason text, ADD pause_detail jsonb, ADD resumed_at timestamptz`,
  `COMMENT ON COLUMN tenant.resumed_at IS 'what happened before counts for no further pause'`,
  // What came of a tenant's calls to providers, in steps of five minutes: each worker adds up by itself and writes now and then. Kept for PAUSE_WINDOW_MS.
  `CREATE TABLE tenant_outcome (
    tenant_id uuid NOT NULL,
    at timestamptz NOT NULL,
    ended int NOT NULL,
    failed int NOT NULL,
    PRIMARY KEY (tenant_id, at)
  ) WITH (fillfactor = 50)`,
  `CREATE INDEX tenant_outcome_at ON tenant_outcome (at)`,
  // What happened to a tenant as a whole.
  `CREATE TABLE tenant_event (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    at timestamptz NOT NULL,
    reason text,
    detail jsonb,
    PRIMARY KEY (tenant_id, id)
  )`,
];

const DOWN = [
  `DROP TABLE tenant_event, tenant_outcome`,
  `ALTER TABLE tenant DROP paused_at, DROP pause_reason, DROP pause_detail, DROP resumed_at`,
  `ALTER TABLE message DROP connection_version, DROP failovers, DROP tried, DROP maybe_sent_at`,
  `ALTER TABLE connection DROP conditions, DROP weight`,
];
