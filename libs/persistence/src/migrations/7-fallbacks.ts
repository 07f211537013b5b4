import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is sent by another channel, or again, should a message not be delivered. Nothing of it lies in the message's own row. */
export class Fallbacks1764600000000 implements MigrationInterface {
  name = 'Fallbacks1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE message_resend, message_fallback');
  }
}

const UP = [
  // A row for each fallback of a message that has some; it stays for as long as the message can be read.
  `CREATE TABLE message_fallback (
    message_id uuid NOT NULL,
    position smallint NOT NULL,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    after_ms int NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CONSTRAINT message_fallback_state_check
      CHECK (state IN ('waiting', 'going', 'gone', 'refused', 'not_needed', 'canceled')),
    due_at timestamptz,
    look_at timestamptz,
    request json,
    fallback_message_id uuid,
    errors jsonb,
    PRIMARY KEY (message_id, position)
  ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN message_fallback.due_at IS 'after_ms from when the message is due, or from when the fallback before it went; null until that went'`,
  `COMMENT ON COLUMN message_fallback.look_at IS 'when it is looked at next; null: not (yet)'`,
  `COMMENT ON COLUMN message_fallback.request IS 'what is to be accepted then; null once that is decided'`,
  `COMMENT ON COLUMN message_fallback.errors IS 'why it was refused'`,
  `CREATE INDEX message_fallback_look_at ON message_fallback (look_at) WHERE look_at IS NOT NULL`,
  // Whose fallback a message is; and that it is that of one alone.
  `CREATE UNIQUE INDEX message_fallback_message ON message_fallback (fallback_message_id) WHERE fallback_message_id IS NOT NULL`,

  // A row for each message that is to be sent again should it end unknown.
  `CREATE TABLE message_resend (
    message_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    look_at timestamptz
  ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN message_resend.look_at IS 'when it is looked at next; null: it is not sent again (any more)'`,
  `CREATE INDEX message_resend_look_at ON message_resend (look_at) WHERE look_at IS NOT NULL`,
];
