import type { DataSource, EntityManager } from 'typeorm';

/** Tables that hold what became of messages, and the column that names the message. */
const HISTORY = { message: 'id', message_attempt: 'message_id', message_event: 'message_id' };

/**
 * Makes `copies` more of every message there is, with attempts, events and idempotency keys, under ids of their own:
 * what many more of the same would have left.
 */
export async function multiply(dataSource: DataSource, copies: number): Promise<void> {
  await dataSource.transaction(async (database) => {
    await database.query(
      `CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
       SELECT id AS old, uuidv7() AS new FROM message CROSS JOIN generate_series(1, $1::int)`,
      [copies],
    );
    for (const [table, id] of Object.entries(HISTORY)) await copyRows(database, table, id);
    await database.query(
      `INSERT INTO message_dedupe (tenant_id, dedupe_namespace, dedupe_key, body_hash, message_id, created_at)
       SELECT tenant_id, dedupe_namespace, sha256(new::text::bytea), body_hash, new, created_at
       FROM copy JOIN message_dedupe ON message_id = old`,
    );
  });
}

async function copyRows(database: EntityManager, table: string, id: string): Promise<void> {
  const rows = await database.query<{ name: string }[]>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND column_name <> $2`,
    [table, id],
  );
  const others = rows.map(({ name }) => `source.${name}`).join(', ');
  const names = rows.map(({ name }) => name).join(', ');
  await database.query(
    `INSERT INTO ${table} (${id}, ${names}) SELECT copy.new, ${others} FROM copy
      JOIN ${table} AS source ON source.${id} = copy.old`,
  );
}

/** Takes all messages for sent, with the attempt and the event that this leaves, as if a worker had been there. */
export async function markSent(dataSource: DataSource): Promise<void> {
  await dataSource.transaction(async (database) => {
    await database.query(
      `UPDATE message SET status = 'sent', attempts = 1, fence = 1, provider = 'in-process',
        provider_message_id = id::text`,
    );
    await database.query(
      `INSERT INTO message_attempt (message_id, number, tenant_id, fence, provider, started_at, ended_at, outcome,
        provider_message_id)
       SELECT id, 1, tenant_id, 1, 'in-process', now(), now(), 'sent', id::text FROM message`,
    );
    await database.query(
      `INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt)
       SELECT id, uuidv7(), tenant_id, 'sent', now(), 1 FROM message`,
    );
    await database.query('DELETE FROM message_schedule');
  });
  await dataSource.query('VACUUM FULL message');
}
