import type { MigrationInterface, QueryRunner } from 'typeorm';

/** First answers to requests with an `Idempotency-Key`, other than of single messages: those are found by `message_dedupe`. And what a process noticed. */
export class Idempotency1766400000000 implements MigrationInterface {
  name = 'Idempotency1766400000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notice, idempotency');
  }
}

const UP = [
  // Hashes of SHA-256: the key with its mode, and the request. The answer may hold addresses and secrets: it is sealed as credentials are.
  `CREATE TABLE idempotency (
    tenant_id uuid NOT NULL REFERENCES tenant,
    key bytea NOT NULL,
    request bytea NOT NULL,
    id uuid NOT NULL,
    held_until timestamptz,
    key_id text,
    sealed_key bytea,
    sealed_data bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
  )`,
  `COMMENT ON COLUMN idempotency.id IS 'of what the request makes, reserved before it is made'`,
  `COMMENT ON COLUMN idempotency.held_until IS 'who works on it is given up after this; null: it is answered'`,
  // Retention deletes by age.
  `CREATE INDEX idempotency_created ON idempotency (created_at)`,
  // What processes noticed, for doctor: a row of each name.
  `CREATE TABLE notice (
    name text PRIMARY KEY,
    noticed_at timestamptz NOT NULL
  )`,
];
