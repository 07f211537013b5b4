import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a vendor tells again under another id counts once. */
export class ToldFacts1764900000000 implements MigrationInterface {
  name = 'ToldFacts1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE callback_event DROP COLUMN fact_id');
  }
}

const UP = [
  `ALTER TABLE callback_event ADD COLUMN fact_id text`,
  `COMMENT ON COLUMN callback_event.fact_id IS 'where the vendor may tell one fact under several ids'`,
  `CREATE UNIQUE INDEX callback_event_fact ON callback_event (tenant_id, provider, connection_id, fact_id) NULLS NOT DISTINCT
   WHERE fact_id IS NOT NULL`,
];
