import { appendOutbox } from '@outbell/persistence/engine/outbox/append-outbox.js';
import type { MessageEventType } from '@outbell/persistence/entities/message-event.entity.js';
import type { DataSource, EntityManager } from 'typeorm';

/** A transition as the engine makes it: messages are changed and those who listen are told, in one statement. */
export async function happen(db: DataSource | EntityManager, ids: string[], type: MessageEventType): Promise<void> {
  await db.query(
    `WITH changed AS (
       UPDATE message SET status = $2, updated_at = now() WHERE id = ANY($1::uuid[]) RETURNING id, tenant_id, listeners
     ), told AS (
       ${appendOutbox('changed', { type: '$2::text', reason: `'as told'`, detail: `jsonb_build_object('was', 'queued')` })}
     )
     SELECT id FROM changed`,
    [ids, type],
  );
}
