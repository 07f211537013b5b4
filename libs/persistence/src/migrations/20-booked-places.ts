import type { MigrationInterface, QueryRunner } from 'typeorm';

/** At which connection a message waits for a place, so that one that stands empty can call for it before its time. */
export class BookedPlaces1767000000000 implements MigrationInterface {
  name = 'BookedPlaces1767000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE message_wake DROP COLUMN connection_id');
  }
}

const STATEMENTS = [
  'ALTER TABLE message_wake ADD COLUMN connection_id uuid',
  `COMMENT ON COLUMN message_wake.connection_id IS 'where it waits for a place until wake_at; null: it waits for none'`,
  // What an empty place calls for next, the oldest first. Only messages that wait for a busy vendor are in it.
  `CREATE INDEX message_wake_place ON message_wake (connection_id, priority, message_id) WHERE connection_id IS NOT NULL`,
];
