/** By whom and through what tenants send: connections, senders and what is said of them. */
export const SENDING = [
  // Envelope encryption: sealed_data under a data key of its own, that key under key-encryption key key_id.
  // version grows with every change, so that a worker's cached plaintext is never older than the row it claimed.
  `CREATE TABLE connection (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    provider text NOT NULL,
    name text NOT NULL,
    priority int NOT NULL DEFAULT 100,
    weight int NOT NULL DEFAULT 1 CONSTRAINT connection_weight_check CHECK (weight BETWEEN 1 AND 1000),
    conditions jsonb,
    rate_limits text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    key_id text NOT NULL,
    sealed_key bytea NOT NULL,
    sealed_data bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name)
  )`,
  `COMMENT ON COLUMN connection.conditions IS
   'messages it is meant for: {country_prefixes, recipient_domains, priorities, tags}; null = all'`,
  `COMMENT ON COLUMN connection.weight IS 'its share of the messages among connections of the same priority'`,
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
    code_over text CONSTRAINT sender_code_over_check CHECK (code_over IN ('tenant', 'installation')),
    verified_at timestamptz,
    verified_over text NOT NULL DEFAULT 'tenant'
      CONSTRAINT sender_verified_over_check
      CHECK (verified_over IN ('tenant', 'installation', 'operator', 'withdrawn')),
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sender_own UNIQUE (tenant_id, id)
  )`,
  `COMMENT ON COLUMN sender.verified_over IS
   'installation, operator: by the installation''s connections too; tenant: its own; withdrawn: as tenant, for good'`,
  `COMMENT ON COLUMN sender.code_over IS 'whose connections carry the code that was sent last'`,
  `CREATE UNIQUE INDEX sender_address ON sender (tenant_id, channel, address) WHERE archived_at IS NULL`,

  // Which recipients' domains say that a sender's reputation is at fault: several together pause it. The latest one of
  // each domain; for an hour, or until the sender is paused by it.
  `CREATE TABLE sender_report (
    sender_id uuid NOT NULL,
    domain text NOT NULL,
    tenant_id uuid NOT NULL,
    provider text NOT NULL,
    reason text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, domain),
    CONSTRAINT sender_report_sender_id_fkey FOREIGN KEY (tenant_id, sender_id)
      REFERENCES sender (tenant_id, id) ON DELETE CASCADE
  ) WITH (fillfactor = 70)`,
];
