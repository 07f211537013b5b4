import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Templates and senders that new messages cannot use any more, whose names are free again; requests that one key may make. */
export class Archives1766700000000 implements MigrationInterface {
  name = 'Archives1766700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  /** Fails while something archived has the name of something that is not. */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE api_key ADD COLUMN rate_limit text NOT NULL DEFAULT ''`,
  `COMMENT ON COLUMN api_key.rate_limit IS 'requests it may make, as 600/min; empty: what API_RATE_LIMIT says'`,
  `ALTER TABLE template ADD COLUMN archived_at timestamptz, DROP CONSTRAINT template_tenant_id_name_channel_locale_key`,
  `CREATE UNIQUE INDEX template_name ON template (tenant_id, name, channel, locale) WHERE archived_at IS NULL`,
  `ALTER TABLE sender ADD COLUMN archived_at timestamptz, DROP CONSTRAINT sender_tenant_id_channel_address_key`,
  `CREATE UNIQUE INDEX sender_address ON sender (tenant_id, channel, address) WHERE archived_at IS NULL`,
];

const DOWN = [
  `DROP INDEX sender_address`,
  `ALTER TABLE sender DROP COLUMN archived_at, ADD UNIQUE (tenant_id, channel, address)`,
  `DROP INDEX template_name`,
  `ALTER TABLE template DROP COLUMN archived_at, ADD UNIQUE (tenant_id, name, channel, locale)`,
  `ALTER TABLE api_key DROP COLUMN rate_limit`,
];
