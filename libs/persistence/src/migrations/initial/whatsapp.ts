/**
 * WhatsApp sessions: whose they are and who has them open, their sealed keys, and whom each number wrote to when for
 * the first time.
 */
export const WHATSAPP = [
  `CREATE TABLE whatsapp_session (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    name text NOT NULL,
    phone text,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'pairing', 'connected', 'disconnected', 'stopped')),
    reason text,
    pair_by text NOT NULL CHECK (pair_by IN ('qr', 'code')),
    pair_phone text CHECK (pair_by = 'qr' OR pair_phone IS NOT NULL),
    shown_until timestamptz,
    logout_wanted boolean NOT NULL DEFAULT false,
    restricted_until timestamptz,
    owner uuid,
    fence int NOT NULL DEFAULT 0,
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name),
    CONSTRAINT whatsapp_session_own UNIQUE (tenant_id, id)
  )`,
  `COMMENT ON COLUMN whatsapp_session.shown_until IS
   'until when the QR code or the pairing code of whatsapp_key is good'`,
  `COMMENT ON COLUMN whatsapp_session.owner IS
   'the worker that has, or had, the one socket; what it writes is guarded by fence'`,
  `COMMENT ON COLUMN whatsapp_session.restricted_until IS 'WhatsApp restricted the number: nothing is sent before'`,
  // What a worker looks for every second: sessions that should be open and have no owner.
  `CREATE INDEX whatsapp_session_free ON whatsapp_session (lease_until) WHERE state <> 'stopped'`,

  // Signal keys and credentials. The id is made of session, kind and name, so that names, which hold telephone numbers,
  // are not here.
  `CREATE TABLE whatsapp_key (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    key_id text NOT NULL,
    sealed_key bytea NOT NULL,
    sealed_data bytea NOT NULL,
    CONSTRAINT whatsapp_key_session_id_fkey FOREIGN KEY (tenant_id, session_id)
      REFERENCES whatsapp_session (tenant_id, id) ON DELETE CASCADE
  )`,
  `CREATE INDEX whatsapp_key_session ON whatsapp_key (session_id)`,

  // By number, not by session: one that is paired again begins no new day.
  `CREATE TABLE whatsapp_contact (
    tenant_id uuid NOT NULL REFERENCES tenant,
    phone text NOT NULL,
    contact text NOT NULL,
    first_on date NOT NULL,
    PRIMARY KEY (tenant_id, phone, contact)
  )`,
  `CREATE INDEX whatsapp_contact_day ON whatsapp_contact (tenant_id, phone, first_on)`,
];
