import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which recipients' domains say that a sender's reputation is at fault: several together pause it. */
export class SenderReports1764700000000 implements MigrationInterface {
  name = 'SenderReports1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sender_report');
  }
}

const UP = [
  // The latest one of each domain; for an hour, or until the sender is paused by it.
  `CREATE TABLE sender_report (
    sender_id uuid NOT NULL REFERENCES sender ON DELETE CASCADE,
    domain text NOT NULL,
    tenant_id uuid NOT NULL,
    provider text NOT NULL,
    reason text NOT NULL,
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, domain)
  ) WITH (fillfactor = 70)`,
];
