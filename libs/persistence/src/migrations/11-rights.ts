import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By whom a sender is vouched for, which key made a key, and references that cannot leave their tenant. */
export class Rights1766100000000 implements MigrationInterface {
  name = 'Rights1766100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...SENDERS, ...OWN_TENANT]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const SENDERS = [
  `ALTER TABLE sender
    ADD verified_over text NOT NULL DEFAULT 'tenant'
      CONSTRAINT sender_verified_over_check CHECK (verified_over IN ('tenant', 'installation', 'operator', 'withdrawn')),
    ADD code_over text CONSTRAINT sender_code_over_check CHECK (code_over IN ('tenant', 'installation'))`,
  `COMMENT ON COLUMN sender.verified_over IS 'installation, operator: it may go by the installation''s connections too; tenant: by the tenant''s own alone; withdrawn: as tenant, and no code changes it'`,
  `COMMENT ON COLUMN sender.code_over IS 'whose connections carry the code that was sent last'`,
  // Connections are never deleted: where the tenant has had none of the channel, all went by the installation's. A code of email that went
  // there proves what it is to prove. A number or name of another channel was believed: what waits for the operator's word now keeps the
  // STOPs that it is told.
  `UPDATE sender s SET verified_over = CASE s.channel WHEN 'email' THEN 'installation' ELSE 'withdrawn' END
   WHERE verified_at IS NOT NULL AND NOT EXISTS (SELECT FROM connection c WHERE c.tenant_id = s.tenant_id AND c.channel = s.channel)`,
];

// What they are unique by makes the references below, and serves the list of a tenant, newest first.
const OWN_TENANT = [
  `ALTER TABLE api_key ADD CONSTRAINT api_key_own UNIQUE (tenant_id, id), ADD created_by uuid`,
  `DROP INDEX api_key_tenant`,
  `ALTER TABLE api_key ADD CONSTRAINT api_key_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES api_key (tenant_id, id)`,
  `COMMENT ON COLUMN api_key.created_by IS 'the key that made it; null: the operator, or a key before this was noted'`,
  `CREATE INDEX api_key_created_by ON api_key (tenant_id, created_by) WHERE created_by IS NOT NULL`,
  `ALTER TABLE sender ADD CONSTRAINT sender_own UNIQUE (tenant_id, id)`,
  `ALTER TABLE sender_report DROP CONSTRAINT sender_report_sender_id_fkey, ADD CONSTRAINT sender_report_sender_id_fkey
    FOREIGN KEY (tenant_id, sender_id) REFERENCES sender (tenant_id, id) ON DELETE CASCADE`,
  `ALTER TABLE template ADD CONSTRAINT template_own UNIQUE (tenant_id, id)`,
  `ALTER TABLE template_version DROP CONSTRAINT template_version_template_id_fkey, ADD CONSTRAINT template_version_template_id_fkey
    FOREIGN KEY (tenant_id, template_id) REFERENCES template (tenant_id, id)`,
  `ALTER TABLE whatsapp_session ADD CONSTRAINT whatsapp_session_own UNIQUE (tenant_id, id)`,
  `ALTER TABLE whatsapp_key DROP CONSTRAINT whatsapp_key_session_id_fkey, ADD CONSTRAINT whatsapp_key_session_id_fkey
    FOREIGN KEY (tenant_id, session_id) REFERENCES whatsapp_session (tenant_id, id) ON DELETE CASCADE`,
];

const DOWN = [
  `ALTER TABLE whatsapp_key DROP CONSTRAINT whatsapp_key_session_id_fkey,
    ADD CONSTRAINT whatsapp_key_session_id_fkey FOREIGN KEY (session_id) REFERENCES whatsapp_session ON DELETE CASCADE`,
  `ALTER TABLE whatsapp_session DROP CONSTRAINT whatsapp_session_own`,
  `ALTER TABLE template_version DROP CONSTRAINT template_version_template_id_fkey,
    ADD CONSTRAINT template_version_template_id_fkey FOREIGN KEY (template_id) REFERENCES template`,
  `ALTER TABLE template DROP CONSTRAINT template_own`,
  `ALTER TABLE sender_report DROP CONSTRAINT sender_report_sender_id_fkey,
    ADD CONSTRAINT sender_report_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES sender ON DELETE CASCADE`,
  `ALTER TABLE sender DROP CONSTRAINT sender_own, DROP verified_over, DROP code_over`,
  `DROP INDEX api_key_created_by`,
  `ALTER TABLE api_key DROP CONSTRAINT api_key_created_by_fkey, DROP CONSTRAINT api_key_own, DROP created_by`,
  `CREATE INDEX api_key_tenant ON api_key (tenant_id)`,
];
