/** What vendors tell: as it came, and what it says. */
export const DELIVERY_EVENTS = [
  // Kept for a month, to be read by people when a vendor's word is in doubt.
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
  `CREATE TABLE delivery_event (
    id uuid PRIMARY KEY,
    callback_id uuid,
    tenant_id uuid,
    provider text NOT NULL,
    connection_id uuid,
    event_id text NOT NULL,
    fact_id text,
    received_at timestamptz NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    at timestamptz,
    message_id uuid,
    provider_message_id text,
    evidence jsonb NOT NULL,
    state text NOT NULL DEFAULT 'new'
      CONSTRAINT delivery_event_state_check CHECK (state IN ('new', 'applied', 'unmatched', 'parked')),
    tries smallint NOT NULL DEFAULT 0,
    faults smallint NOT NULL DEFAULT 0,
    run_at timestamptz DEFAULT now(),
    applied_at timestamptz,
    error text,
    CONSTRAINT delivery_event_once UNIQUE NULLS NOT DISTINCT (tenant_id, provider, connection_id, event_id)
  ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN delivery_event.callback_id IS 'null for what we have asked the vendor'`,
  `COMMENT ON COLUMN delivery_event.fact_id IS 'where the vendor may tell one fact under several ids'`,
  `COMMENT ON COLUMN delivery_event.evidence IS
   'receipt, reason, suppress, pauses_sender, detail; address until it is applied'`,
  `COMMENT ON COLUMN delivery_event.message_id IS 'as the vendor says, and the message it was applied to once it is'`,
  `COMMENT ON COLUMN delivery_event.tries IS 'looks for its message that found none'`,
  `COMMENT ON COLUMN delivery_event.faults IS 'statements that it made fail; 5 and it is parked'`,
  `COMMENT ON COLUMN delivery_event.run_at IS 'when it is applied, or looked at again; null: it is not (any more)'`,
  `CREATE INDEX delivery_event_run_at ON delivery_event (run_at) WHERE run_at IS NOT NULL`,
  `CREATE INDEX delivery_event_age ON delivery_event USING brin (received_at)`,
  // What a vendor tells again under another id counts once.
  `CREATE UNIQUE INDEX delivery_event_fact ON delivery_event (tenant_id, provider, connection_id, fact_id)
   NULLS NOT DISTINCT WHERE fact_id IS NOT NULL`,
  // Read at each scrape and by an operator; there are few.
  `CREATE INDEX delivery_event_parked ON delivery_event (received_at) WHERE state = 'parked'`,
];
