// message, its attempts and its events are partitioned by month on the message's UUIDv7, whose first 48 bits are its
// time: a look-up by id touches one partition, and a month leaves with all its history by detaching three tables.
//
// No index of message has a column, or a predicate, that its delivery changes: PostgreSQL then writes a claim, a mark
// and a result onto the row's own page and touches no index (HOT). What is sorted by times that change lies in narrow
// tables beside it (waiting.ts).
//
// What never changes comes first, whatever its size, and what each step changes last, side by side: of a new version of
// a row PostgreSQL then logs the few bytes in which it differs. What few messages have is null: one bit.
//
// json, not jsonb: nobody looks into them by SQL, and jsonb is taken apart at insert and put together again at each
// claim.

/** Messages with their attempts, their events and the keys under which they were accepted. */
export const MESSAGES = [
  `CREATE TABLE message (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    template_version_id uuid,
    contact_id uuid,
    source_kind text,
    source_id uuid,
    listeners text[],
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    priority smallint NOT NULL,
    channel text NOT NULL,
    mode text NOT NULL CONSTRAINT message_mode_check CHECK (mode IN ('live', 'test')),
    recipient text NOT NULL,
    variables json,
    content json,
    metadata json,
    tags text[],
    topic text,
    connection_id uuid,
    provider text,
    provider_message_id text,
    due_at timestamptz NOT NULL,
    slot_until timestamptz,
    lease_until timestamptz,
    updated_at timestamptz NOT NULL,
    fence int NOT NULL DEFAULT 0,
    attempts smallint NOT NULL DEFAULT 0,
    attempt_limit smallint,
    lost_leases smallint NOT NULL DEFAULT 0,
    status text NOT NULL,
    reason text,
    attention_status text GENERATED ALWAYS AS (
      CASE WHEN status IN ('failed', 'unknown', 'suppressed', 'expired') THEN status END
    ) STORED,
    connection_version int,
    failovers smallint NOT NULL DEFAULT 0,
    tried_connection_ids uuid[],
    maybe_sent_at timestamptz,
    PRIMARY KEY (id)
  ) PARTITION BY RANGE (id)`,
  `COMMENT ON COLUMN message.contact_id IS 'the contact it was addressed to; null: an address was given'`,
  `COMMENT ON COLUMN message.source_kind IS
   'the producer that made it (campaign, hunt, notification, …); null: a request of the API'`,
  `COMMENT ON COLUMN message.source_id IS 'the producer''s own id of what made it'`,
  `COMMENT ON COLUMN message.listeners IS
   'subscribers to what becomes of it, decided at acceptance: a transition writes an outbox row for each; null: none'`,
  `COMMENT ON COLUMN message.topic IS 'of bulk: what its recipient can unsubscribe from alone'`,
  `COMMENT ON COLUMN message.due_at IS 'not before this time: schedule, deferral or retry'`,
  `COMMENT ON COLUMN message.slot_until IS 'the rate limiter''s slot at due_at is good until then'`,
  `COMMENT ON COLUMN message.fence IS 'grows with every claim; what a former claimer writes no longer counts'`,
  `COMMENT ON COLUMN message.lost_leases IS
   'leases that ran out before the vendor was called, or steps that failed: it travels alone then; with 5 it is dead'`,
  `COMMENT ON COLUMN message.attention_status IS
   'the status, if it is a rare one: its own column, for an index on status would be written to with every change'`,
  `COMMENT ON COLUMN message.connection_version IS 'of connection_id, at the latest call'`,
  `COMMENT ON COLUMN message.failovers IS
   'attempts that another connection took over at once; they count for none of the retry policy'`,
  `COMMENT ON COLUMN message.tried_connection_ids IS 'connections that have failed it since its latest wait'`,
  `COMMENT ON COLUMN message.maybe_sent_at IS
   'when a call began that may have sent it, and is repeated under the same key by the same connection alone'`,
  // The list of a tenant, newest first, any filter; and the rare states that a tenant looks for among millions and the
  // figures count.
  `CREATE INDEX message_tenant ON message (tenant_id, id)`,
  `CREATE INDEX message_attention ON message (attention_status, tenant_id, id) WHERE attention_status IS NOT NULL`,
  // "What did we send to this person?"; erasure of a person's data.
  `CREATE INDEX message_recipient ON message (tenant_id, recipient, id)`,
  // Costs nothing for messages without tags.
  `CREATE INDEX message_tags ON message USING gin (tags) WHERE tags IS NOT NULL`,

  // One row for each call to a provider, written when it has ended. The call under way is the message's row itself.
  `CREATE TABLE message_attempt (
    message_id uuid NOT NULL,
    number smallint NOT NULL,
    tenant_id uuid NOT NULL,
    fence int NOT NULL,
    connection_id uuid,
    provider text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    outcome text NOT NULL,
    reason text,
    detail jsonb,
    provider_message_id text,
    PRIMARY KEY (message_id, number)
  ) PARTITION BY RANGE (message_id)`,
  // Callbacks name the vendor's id only.
  `CREATE INDEX message_attempt_vendor ON message_attempt (connection_id, provider_message_id)
   WHERE provider_message_id IS NOT NULL`,

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

  // Narrow, so that a unique check stays in memory however many messages there are. BRIN finds the old keys to prune
  // for a few pages. Each producer has a namespace of its own, so that its keys never meet a tenant's.
  `CREATE TABLE message_dedupe (
    tenant_id uuid NOT NULL,
    dedupe_namespace text NOT NULL,
    dedupe_key bytea NOT NULL,
    body_hash bytea NOT NULL,
    message_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, dedupe_namespace, dedupe_key)
  )`,
  `COMMENT ON COLUMN message_dedupe.dedupe_namespace IS
   'whose keys these are: tenant (Idempotency-Key, dedupe_key), or a producer'`,
  `CREATE INDEX message_dedupe_age ON message_dedupe USING brin (created_at)`,
];
