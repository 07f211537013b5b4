import type { Partitioned } from '../partition-storage.js';
import type { MessageTable } from './2-rebuild-message.js';

/** Storage settings that 0.1.0 gave each partition. */
const STORAGE_BEFORE =
  'fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.2';

export const PARTITION_STORAGE_BEFORE: Record<Partitioned, string> = {
  message: STORAGE_BEFORE,
  message_attempt: STORAGE_BEFORE,
  message_event: STORAGE_BEFORE,
};

const TABLE = [
  `CREATE TABLE message (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    mode text NOT NULL CONSTRAINT message_mode_check CHECK (mode IN ('live', 'test')),
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
];

const INDEXES = [
  `CREATE INDEX message_due ON message (channel, priority, wake_at) WHERE status = 'queued'`,
  `CREATE INDEX message_turn ON message (channel, priority, tenant_id, wake_at) WHERE status = 'queued'`,
  `CREATE INDEX message_lease ON message (lease_until) WHERE status IN ('processing', 'sending')`,
  `CREATE INDEX message_tenant ON message (tenant_id, id)`,
  `CREATE INDEX message_trouble ON message (status, tenant_id, id) WHERE status IN ('failed', 'unknown', 'suppressed', 'expired')`,
  `CREATE INDEX message_recipient ON message (tenant_id, recipient, id)`,
  `CREATE INDEX message_tags ON message USING gin (tags) WHERE tags IS NOT NULL`,
];

/** The message table of 0.1.0 (its reasons are in migration 1), and how a row goes back to it. */
export const MESSAGE_BEFORE: MessageTable = {
  table: TABLE,
  indexes: INDEXES,
  storage: PARTITION_STORAGE_BEFORE.message,
  converted: {
    variables: 'old.variables::jsonb',
    content: 'old.content::jsonb',
    metadata: 'old.metadata::jsonb',
    wake_at: 'coalesce((SELECT w.wake_at FROM message_wake w WHERE w.message_id = old.id), old.due_at)',
  },
};
