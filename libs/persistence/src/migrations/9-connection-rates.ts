import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What may go through a connection in a time. */
export class ConnectionRates1764800000000 implements MigrationInterface {
  name = 'ConnectionRates1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE connection ADD COLUMN rate_limits text NOT NULL DEFAULT ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE connection DROP COLUMN rate_limits');
  }
}
