import { PARTITION_STORAGE } from '../partition-storage.js';
import type { MessageTable } from './2-rebuild-message.js';

// No index of message has a column, or a predicate, that its delivery changes: PostgreSQL then writes a claim, a mark and a result onto
// the row's own page and touches no index (HOT). What is sorted by times that change lies in two narrow tables beside it.
//
// What never changes comes first, whatever its size, and what each step changes last, side by side: of a new version of a row
// PostgreSQL then logs the few bytes in which it differs.
//
// json, not jsonb: nobody looks into them by SQL, and jsonb is taken apart at insert and put together again at each claim.
const TABLE = [
  `CREATE TABLE message (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    template_version_id uuid,
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
    crashes smallint NOT NULL DEFAULT 0,
    status text NOT NULL,
    reason text,
    trouble text GENERATED ALWAYS AS (CASE WHEN status IN ('failed', 'unknown', 'suppressed', 'expired') THEN status END) STORED,
    PRIMARY KEY (id)
  ) PARTITION BY RANGE (id)`,
  `COMMENT ON COLUMN message.due_at IS 'not before this time: schedule, deferral or retry'`,
  `COMMENT ON COLUMN message.slot_until IS 'the rate limiter''s slot at due_at is good until then'`,
  `COMMENT ON COLUMN message.fence IS 'grows with every claim; what a former claimer writes no longer counts'`,
  `COMMENT ON COLUMN message.crashes IS 'leases that ran out before the vendor was called, or steps that failed: it travels alone then; with 5 at a lease that ran out it is dead'`,
  `COMMENT ON COLUMN message.trouble IS 'the status, if it is one of the rare ones: a column of its own, for an index on status would be written to with every change of it'`,
];

const INDEXES = [
  // The list of a tenant, newest first, any filter; and the rare states that a tenant looks for among millions and the figures count.
  `CREATE INDEX message_tenant ON message (tenant_id, id)`,
  `CREATE INDEX message_trouble ON message (trouble, tenant_id, id) WHERE trouble IS NOT NULL`,
  // "What did we send to this person?"; erasure of a person's data.
  `CREATE INDEX message_recipient ON message (tenant_id, recipient, id)`,
  // Costs nothing for messages without tags.
  `CREATE INDEX message_tags ON message USING gin (tags) WHERE tags IS NOT NULL`,
];

/** The message table of this migration, and how a 0.1.0 row becomes one of it. */
export const MESSAGE: MessageTable = {
  table: TABLE,
  indexes: INDEXES,
  storage: PARTITION_STORAGE.message,
  converted: {
    variables: 'old.variables::json',
    content: 'old.content::json',
    metadata: 'old.metadata::json',
    // 0.1.0 held nothing without a lease; should someone have put a row into such a state by hand, upkeep ends it now.
    lease_until: `CASE WHEN old.status IN ('processing', 'sending') THEN coalesce(old.lease_until, now()) ELSE old.lease_until END`,
  },
};
