import { appendOutbox } from '@outbell/persistence/engine/outbox/append-outbox.js';
import { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import { SUBSCRIBERS } from '@outbell/persistence/engine/outbox/subscribers.js';
import type { MessageEventType } from '@outbell/persistence/entities/message-event.entity.js';
import type { DataSource, EntityManager } from 'typeorm';

/** A transition as the engine makes it: messages are changed and those who listen are told, in one statement. */
export async function happen(db: DataSource | EntityManager, ids: string[], type: MessageEventType): Promise<void> {
  await db.query(
    `WITH changed AS (
       UPDATE message SET status = $2, updated_at = now() WHERE id = ANY($1::uuid[]) RETURNING id, tenant_id, listeners
     ), told AS (
       ${appendOutbox('changed', {
         type: '$2::text',
         reason: `'as told'`,
         detail: `jsonb_build_object('was',
         'queued')`,
       })}
     )
     SELECT id FROM changed`,
    [ids, type],
  );
}

/** Has all subscribers hear what waits for them, as a worker does. */
export async function hearAll(dataSource: DataSource): Promise<void> {
  const outbox = new OutboxRepository(dataSource);
  for (const name of SUBSCRIBERS.names) while ((await outbox.handOver(SUBSCRIBERS.get(name), 100)).taken > 0);
}
