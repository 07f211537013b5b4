import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who can be messaged, and the devices that notifications to them go to. */
export class Contacts1764500000000 implements MigrationInterface {
  name = 'Contacts1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...CONTACTS, ...DEAD_DEVICES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER suppression_forgets_device ON suppression');
    await runner.query('DROP FUNCTION forget_dead_device()');
    await runner.query('DROP TABLE contact_device, contact');
  }
}

const CONTACTS = [
  // What it is unique by also serves: the list of a tenant, newest first; and a device's reference, which cannot leave its tenant.
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
];

// Whoever finds out that a token is dead (a delivery, a callback, a person) writes a suppression; the device goes with it, in the same
// statement and at no cost for any other suppression.
const DEAD_DEVICES = [
  `CREATE FUNCTION forget_dead_device() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     DELETE FROM contact_device WHERE tenant_id = NEW.tenant_id AND token = NEW.address;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER suppression_forgets_device AFTER INSERT ON suppression FOR EACH ROW
   WHEN (NEW.channel = 'push' AND NEW.reason = 'invalid') EXECUTE FUNCTION forget_dead_device()`,
];
