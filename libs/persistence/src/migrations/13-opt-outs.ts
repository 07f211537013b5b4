import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who a vendor means by its own id of a person, what each person said last of being written to, and opt-outs that name nobody. */
export class OptOuts1766300000000 implements MigrationInterface {
  name = 'OptOuts1766300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX callback_event_parked');
    await runner.query('DROP TABLE opt_out_word, recipient_name');
  }
}

const UP = [
  // A row only where the vendor's id is not the recipient as the tenant wrote it. The key begins with what a message that comes in names.
  `CREATE TABLE recipient_name (
    channel text NOT NULL,
    vendor_id text NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenant,
    recipient text NOT NULL,
    seen_on date NOT NULL DEFAULT current_date,
    PRIMARY KEY (channel, vendor_id, tenant_id, recipient)
  )`,
  `COMMENT ON COLUMN recipient_name.vendor_id IS 'as the vendor names the person: +5215512345678, a user id of WhatsApp'`,
  `COMMENT ON COLUMN recipient_name.recipient IS 'as messages of the tenant have it'`,
  `CREATE INDEX recipient_name_age ON recipient_name USING brin (seen_on)`,

  // One row for each person who ever said STOP or START. Locked by who applies either, so that they count in their order.
  `CREATE TABLE opt_out_word (
    tenant_id uuid NOT NULL REFERENCES tenant,
    channel text NOT NULL,
    address text NOT NULL,
    scope text NOT NULL,
    word text NOT NULL CONSTRAINT opt_out_word_check CHECK (word IN ('stop', 'start')),
    at timestamptz NOT NULL,
    told_by uuid NOT NULL,
    evidence jsonb NOT NULL,
    PRIMARY KEY (tenant_id, channel, address, scope)
  ) WITH (fillfactor = 80)`,
  `COMMENT ON COLUMN opt_out_word.scope IS 'as of a suppression: what was said of'`,
  `COMMENT ON COLUMN opt_out_word.at IS 'by the vendor''s clock where it says so'`,
  `COMMENT ON COLUMN opt_out_word.told_by IS 'the callback_event'`,

  // Read at each scrape and by an operator; there are few.
  `CREATE INDEX callback_event_parked ON callback_event (received_at) WHERE state = 'parked'`,
];
