import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The whole schema of the first release. Hand-written SQL: partitioning, partial indexes and storage settings are what makes it
 * fast, and none of them can be derived from entities.
 */
export class Initial1764000000000 implements MigrationInterface {
  name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TENANCY, ...CONTENT, ...MESSAGES, ...LIMITS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rate_slot, rate_level, message_dedupe, message_event, message_attempt, message,
      suppression, template_version, template, sender, connection, api_key, tenant CASCADE`);
  }
}

const TENANCY = [
  `CREATE TABLE tenant (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    rate_limits text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `COMMENT ON COLUMN tenant.rate_limits IS 'own limits as in RATE_LIMITS'' tenant part: 5000/h,100/min; empty = the installation''s'`,

  // The prefix is public and finds the row; the secret half exists only as its SHA-256 (it has 256 random bits: no salt, no stretching).
  `CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    name text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    prefix text NOT NULL UNIQUE,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX api_key_tenant ON api_key (tenant_id)`,

  // Envelope encryption: sealed_data under a data key of its own, that key under key-encryption key key_id.
  // version grows with every change, so that a worker's cached plaintext is never older than the row it claimed.
  `CREATE TABLE connection (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    provider text NOT NULL,
    name text NOT NULL,
    priority int NOT NULL DEFAULT 100,
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    key_id text NOT NULL,
    sealed_key bytea NOT NULL,
    sealed_data bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name)
  )`,
  // The route of a delivery: a tenant's active connections of a channel, best first.
  `CREATE INDEX connection_route ON connection (tenant_id, channel, priority) WHERE active`,

  `CREATE TABLE sender (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    address text NOT NULL,
    name text,
    status text NOT NULL CHECK (status IN ('pending', 'verified', 'paused')),
    status_reason text,
    rate_limits text NOT NULL DEFAULT '',
    code_hash bytea,
    code_expires_at timestamptz,
    code_attempts smallint NOT NULL DEFAULT 0,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, channel, address)
  )`,

  // The unique index answers the delivery's question for a whole batch: which of these addresses are suppressed?
  `CREATE TABLE suppression (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    address text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('unsubscribe', 'bounce', 'invalid', 'complaint', 'manual')),
    evidence jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, channel, address)
  )`,
  // The list of a tenant, newest first: an old tenant has millions.
  `CREATE INDEX suppression_tenant ON suppression (tenant_id, id)`,
];

const CONTENT = [
  `CREATE TABLE template (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    name text NOT NULL,
    channel text NOT NULL,
    locale text NOT NULL,
    published_version int,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name, channel, locale)
  )`,
  // Versions never change once written: what a message was rendered from can always be read again.
  `CREATE TABLE template_version (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    template_id uuid NOT NULL REFERENCES template,
    version int NOT NULL,
    subject text,
    html text,
    text text,
    variables text[] NOT NULL,
    lenient boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (template_id, version)
  )`,
];

// message, its attempts and its events are partitioned by month on the message's UUIDv7, whose first 48 bits are its time:
// a look-up by id touches one partition, and a month leaves with all its history by detaching three tables.
const MESSAGES = [
  `CREATE TABLE message (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    status text NOT NULL,
    priority smallint NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    attempt_limit smallint,
    crashes smallint NOT NULL DEFAULT 0,
    fence int NOT NULL DEFAULT 0,
    lease_until timestamptz,
    due_at timestamptz NOT NULL,
    wake_at timestamptz NOT NULL,
    slot_until timestamptz,
    expires_at timestamptz,
    sender_id uuid NOT NULL,
    recipient text NOT NULL,
    template_version_id uuid,
    variables jsonb,
    content jsonb,
    metadata jsonb,
    tags text[],
    reason text,
    connection_id uuid,
    provider text,
    provider_message_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (id)
  ) PARTITION BY RANGE (id)`,
  `COMMENT ON COLUMN message.due_at IS 'not before this time: schedule, deferral or retry'`,
  `COMMENT ON COLUMN message.wake_at IS 'when dispatch publishes it next: due_at, or later once a wake-up is under way'`,
  `COMMENT ON COLUMN message.slot_until IS 'the rate limiter''s slot at due_at is good until then'`,
  `COMMENT ON COLUMN message.fence IS 'grows with every claim; what a former claimer writes no longer counts'`,
  `COMMENT ON COLUMN message.crashes IS 'leases that ran out before the vendor was called, or steps that failed; 5 and it is dead'`,
  // Dispatch, when all that is due fits into one round: oldest first.
  `CREATE INDEX message_due ON message (channel, priority, wake_at) WHERE status = 'queued'`,
  // Dispatch under a backlog: by turns among tenants, each tenant's oldest first.
  `CREATE INDEX message_turn ON message (channel, priority, tenant_id, wake_at) WHERE status = 'queued'`,
  // Upkeep: leases that ran out. Holds only what is being delivered this moment.
  `CREATE INDEX message_lease ON message (lease_until) WHERE status IN ('processing', 'sending')`,
  // The list of a tenant, newest first, any filter; and the rare states that a tenant looks for among millions and the figures count.
  `CREATE INDEX message_tenant ON message (tenant_id, id)`,
  `CREATE INDEX message_trouble ON message (status, tenant_id, id) WHERE status IN ('failed', 'unknown', 'suppressed', 'expired')`,
  // "What did we send to this person?"; erasure of a person's data.
  `CREATE INDEX message_recipient ON message (tenant_id, recipient, id)`,
  // Costs nothing for messages without tags.
  `CREATE INDEX message_tags ON message USING gin (tags) WHERE tags IS NOT NULL`,

  `CREATE TABLE message_attempt (
    message_id uuid NOT NULL,
    number smallint NOT NULL,
    tenant_id uuid NOT NULL,
    fence int NOT NULL,
    connection_id uuid,
    provider text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text,
    reason text,
    detail jsonb,
    provider_message_id text,
    PRIMARY KEY (message_id, number)
  ) PARTITION BY RANGE (message_id)`,
  // Callbacks name the vendor's id only.
  `CREATE INDEX message_attempt_vendor ON message_attempt (connection_id, provider_message_id) WHERE provider_message_id IS NOT NULL`,

  // id is a UUIDv7 too: the timeline's order. The primary key is the only index: events are read by message.
  `CREATE TABLE message_event (
    message_id uuid NOT NULL,
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    type text NOT NULL,
    at timestamptz NOT NULL,
    attempt smallint,
    reason text,
    detail jsonb,
    PRIMARY KEY (message_id, id)
  ) PARTITION BY RANGE (message_id)`,

  // Narrow, so that a unique check stays in memory however many messages there are. BRIN finds the old keys to prune for a few pages.
  `CREATE TABLE message_dedupe (
    tenant_id uuid NOT NULL,
    dedupe_key bytea NOT NULL,
    body_hash bytea NOT NULL,
    message_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, dedupe_key)
  )`,
  `CREATE INDEX message_dedupe_age ON message_dedupe USING brin (created_at)`,
];

// One row per limited thing, locked while slots are booked; one row per slice of time in which something was booked.
const LIMITS = [
  `CREATE TABLE rate_level (
    key text PRIMARY KEY,
    slice_ms int NOT NULL,
    slot_limit int NOT NULL,
    full_spans text NOT NULL,
    last_slice bigint NOT NULL
  ) WITH (fillfactor = 50)`,
  `COMMENT ON COLUMN rate_level.full_spans IS 'stretches of slices without room under slot_limit, as JSON [[from, to], …], to not included; slices are numbered from 1970'`,
  `COMMENT ON COLUMN rate_level.last_slice IS 'no slice after this one has a row'`,
  `CREATE TABLE rate_slot (
    key text NOT NULL,
    slice bigint NOT NULL,
    count int NOT NULL,
    PRIMARY KEY (key, slice)
  ) WITH (fillfactor = 50)`,
];
