/** Tenants, their keys, and what happened to them as a whole. */
export const TENANTS = [
  `CREATE TABLE tenant (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    rate_limits text NOT NULL DEFAULT '',
    paused_at timestamptz,
    pause_reason text,
    pause_detail jsonb,
    resumed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `COMMENT ON COLUMN tenant.rate_limits IS
   'own limits as in RATE_LIMITS'' tenant part: 5000/h,100/min; empty = the installation''s'`,
  `COMMENT ON COLUMN tenant.resumed_at IS 'what happened before counts for no further pause'`,

  // What came of a tenant's calls to providers, in steps of five minutes: each worker adds up by itself and writes now
  // and then. Kept for PAUSE_WINDOW_MS.
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

  // The prefix is public and finds the row; the secret half exists only as its SHA-256 (it has 256 random bits: no
  // salt, no stretching). What it is unique by makes the reference, and serves the list of a tenant, newest first.
  `CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    created_by uuid,
    name text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    prefix text NOT NULL UNIQUE,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    rate_limit text NOT NULL DEFAULT '',
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT api_key_own UNIQUE (tenant_id, id),
    CONSTRAINT api_key_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES api_key (tenant_id, id)
  )`,
  `COMMENT ON COLUMN api_key.created_by IS 'the key that made it; null: the operator'`,
  `COMMENT ON COLUMN api_key.rate_limit IS 'requests it may make, as 600/min; empty: what API_RATE_LIMIT says'`,
  `CREATE INDEX api_key_created_by ON api_key (tenant_id, created_by) WHERE created_by IS NOT NULL`,

  // First answers to requests with an `Idempotency-Key`, other than of single messages: those are found by
  // `message_dedupe`. Hashes of SHA-256: the key with its mode, and the request. The answer may hold addresses and
  // secrets: it is sealed as credentials are.
  `CREATE TABLE idempotency (
    tenant_id uuid NOT NULL REFERENCES tenant,
    key bytea NOT NULL,
    request bytea NOT NULL,
    id uuid NOT NULL,
    held_until timestamptz,
    key_id text,
    sealed_key bytea,
    sealed_data bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
  )`,
  `COMMENT ON COLUMN idempotency.id IS 'of what the request makes, reserved before it is made'`,
  `COMMENT ON COLUMN idempotency.held_until IS 'who works on it is given up after this; null: it is answered'`,
  // Retention deletes by age.
  `CREATE INDEX idempotency_created ON idempotency (created_at)`,

  // What processes noticed, for doctor: a row of each name.
  `CREATE TABLE notice (
    name text PRIMARY KEY,
    noticed_at timestamptz NOT NULL
  )`,
];
