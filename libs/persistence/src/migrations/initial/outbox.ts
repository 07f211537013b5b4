// Rows come and go: a vacuum that comes after the thousands keeps the indexes small.
const BUSY = 'autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000';

/** What happened to messages that somebody listens to: a row for each event and listener, gone once it was heard. */
export const OUTBOX = [
  `CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscriber text NOT NULL,
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    type text NOT NULL,
    at timestamptz NOT NULL,
    attempt smallint,
    reason text,
    detail jsonb,
    faults smallint NOT NULL DEFAULT 0,
    error text,
    run_at timestamptz DEFAULT now()
  ) WITH (${BUSY})`,
  `COMMENT ON COLUMN outbox.id IS
   'the order of one message''s events; no cursor: transactions end in another order than they take their ids'`,
  `COMMENT ON COLUMN outbox.subscriber IS 'who hears it: one of the message''s listeners'`,
  `COMMENT ON COLUMN outbox.type IS 'as of message_event, and so are at, attempt, reason and detail'`,
  `COMMENT ON COLUMN outbox.faults IS 'how often its subscriber failed at it alone'`,
  `COMMENT ON COLUMN outbox.run_at IS 'from when it is handed over; null: set aside after too many faults'`,
  // A subscriber's next batch, in order, and its backlog. What is set aside is passed over.
  `CREATE INDEX outbox_run_at ON outbox (subscriber, id) WHERE run_at IS NOT NULL`,
  // Counted at each scrape and by an operator; there are few.
  `CREATE INDEX outbox_set_aside ON outbox (subscriber) WHERE run_at IS NULL`,
];
