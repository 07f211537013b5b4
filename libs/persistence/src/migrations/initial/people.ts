/** Who is written to, where they can be reached, and what they refuse. */
export const PEOPLE = [
  // What it is unique by also serves: the list of a tenant, newest first; and a device's reference, which cannot leave
  // its tenant.
  `CREATE TABLE contact (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    external_id text,
    email text,
    phone text,
    locale text,
    timezone text,
    attributes jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, external_id)
  )`,
  `COMMENT ON COLUMN contact.external_id IS 'what the tenant calls it; null: nothing'`,
  // "Who is this?", asked by an address.
  `CREATE INDEX contact_email ON contact (tenant_id, email) WHERE email IS NOT NULL`,
  `CREATE INDEX contact_phone ON contact (tenant_id, phone) WHERE phone IS NOT NULL`,

  `CREATE TABLE contact_device (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    provider text NOT NULL CHECK (provider IN ('fcm', 'web-push')),
    token text NOT NULL,
    platform text,
    last_seen_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant_id, token),
    FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id) ON DELETE CASCADE
  )`,
  `CREATE INDEX contact_device_contact ON contact_device (tenant_id, contact_id, last_seen_at)`,

  // A claim asks for each of its messages what holds for it, the widest scope first: the order of the unique index.
  `CREATE TABLE suppression (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    address text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('unsubscribe', 'bounce', 'invalid', 'complaint', 'manual')),
    scope text NOT NULL DEFAULT 'all' CONSTRAINT suppression_scope_check CHECK (scope IN ('all', 'bulk', 'topic')),
    topic text,
    evidence jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suppression_once UNIQUE NULLS NOT DISTINCT (tenant_id, channel, address, scope, topic),
    CONSTRAINT suppression_topic_check CHECK ((scope = 'topic') = (topic IS NOT NULL))
  )`,
  `COMMENT ON COLUMN suppression.scope IS 'what it holds for: all, messages of priority bulk, or those of one topic'`,
  // The list of a tenant, newest first: an old tenant has millions.
  `CREATE INDEX suppression_tenant ON suppression (tenant_id, id)`,
  // Complaints of a tenant in the last hours, by the database's clock.
  `CREATE INDEX suppression_complaint ON suppression (tenant_id, created_at) WHERE reason = 'complaint'`,

  // Whoever finds out that a token is dead (a delivery, a callback, a person) writes a suppression; the device goes
  // with it, in the same statement and at no cost for any other suppression.
  `CREATE FUNCTION forget_dead_device() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     DELETE FROM contact_device WHERE tenant_id = NEW.tenant_id AND token = NEW.address;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER suppression_forgets_device AFTER INSERT ON suppression FOR EACH ROW
   WHEN (NEW.channel = 'push' AND NEW.reason = 'invalid') EXECUTE FUNCTION forget_dead_device()`,

  // A row only where the vendor's id is not the recipient as the tenant wrote it. The key begins with what a message
  // that comes in names.
  `CREATE TABLE recipient_name (
    channel text NOT NULL,
    vendor_id text NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenant,
    recipient text NOT NULL,
    seen_on date NOT NULL DEFAULT current_date,
    PRIMARY KEY (channel, vendor_id, tenant_id, recipient)
  )`,
  `COMMENT ON COLUMN recipient_name.vendor_id IS
   'as the vendor names the person: +5215512345678, a user id of WhatsApp'`,
  `COMMENT ON COLUMN recipient_name.recipient IS 'as messages of the tenant have it'`,
  `CREATE INDEX recipient_name_age ON recipient_name USING brin (seen_on)`,

  // One row for each person who ever said STOP or START. Locked by who applies either, so that they count in their
  // order.
  `CREATE TABLE opt_out_word (
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    address text NOT NULL,
    scope text NOT NULL,
    word text NOT NULL CONSTRAINT opt_out_word_check CHECK (word IN ('stop', 'start')),
    at timestamptz NOT NULL,
    delivery_event_id uuid NOT NULL,
    evidence jsonb NOT NULL,
    PRIMARY KEY (tenant_id, channel, address, scope)
  ) WITH (fillfactor = 80)`,
  `COMMENT ON COLUMN opt_out_word.scope IS 'as of a suppression: what was said of'`,
  `COMMENT ON COLUMN opt_out_word.at IS 'by the vendor''s clock where it says so'`,
  `COMMENT ON COLUMN opt_out_word.delivery_event_id IS 'the delivery event that said it'`,
];
