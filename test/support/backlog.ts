import { type Priority, PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';
import type { TenantFactory } from './factories.js';

/** Writes very many messages as if they had been waiting, without their events. @returns their ids */
export async function backlog(
  dataSource: DataSource,
  { tenantId, senderId }: TenantFactory,
  count: number,
  priority: Priority,
): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  await dataSource.query(
    `WITH wake AS (
       INSERT INTO message_schedule (message_id, tenant_id, channel, priority, due_at, run_at)
       SELECT id, $2, 'email', $3, now(), now() FROM unnest($1::uuid[]) AS id
     )
     INSERT INTO message (id, tenant_id, channel, mode, status, priority, due_at, sender_id, recipient, content,
       created_at, updated_at)
     SELECT id, $2, 'email', 'live', 'queued', $3, now(), $4, 'ann@example.org',
       '{"subject":"Hello","text":"Hello Ann"}',
       now(), now()
     FROM unnest($1::uuid[]) AS id`,
    [ids, tenantId, PRIORITY_RANK[priority], senderId],
  );
  return ids;
}
