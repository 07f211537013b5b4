import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An address may be suppressed for bulk, or for one topic of it, and still get what it has asked for. */
export class SuppressionScope1766200000000 implements MigrationInterface {
  name = 'SuppressionScope1766200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  // Of bulk: what its recipient can unsubscribe from alone.
  `ALTER TABLE message ADD COLUMN topic text`,
  `ALTER TABLE suppression
     ADD COLUMN scope text NOT NULL DEFAULT 'all' CONSTRAINT suppression_scope_check CHECK (scope IN ('all', 'bulk', 'topic')),
     ADD COLUMN topic text,
     ADD CONSTRAINT suppression_topic_check CHECK ((scope = 'topic') = (topic IS NOT NULL))`,
  `COMMENT ON COLUMN suppression.scope IS 'what it holds for: all, messages of priority bulk, or those of one topic'`,
  // Who has unsubscribed from mail meant newsletters: codes and receipts go to them again.
  `UPDATE suppression SET scope = 'bulk' WHERE channel = 'email' AND reason = 'unsubscribe'`,
  // A claim asks for each of its messages what holds for it, the widest scope first: the order of this index.
  `ALTER TABLE suppression DROP CONSTRAINT suppression_tenant_id_channel_address_key,
     ADD CONSTRAINT suppression_once UNIQUE NULLS NOT DISTINCT (tenant_id, channel, address, scope, topic)`,
];

const DOWN = [
  // Of several for an address the widest stays: it then holds for all.
  `DELETE FROM suppression s WHERE EXISTS (
     SELECT FROM suppression o WHERE o.tenant_id = s.tenant_id AND o.channel = s.channel AND o.address = s.address
       AND (o.scope, o.id) < (s.scope, s.id))`,
  `ALTER TABLE suppression DROP CONSTRAINT suppression_once, DROP COLUMN topic, DROP COLUMN scope,
     ADD CONSTRAINT suppression_tenant_id_channel_address_key UNIQUE (tenant_id, channel, address)`,
  `ALTER TABLE message DROP COLUMN topic`,
];
