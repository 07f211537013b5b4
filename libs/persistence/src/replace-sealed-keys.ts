import type { DataSource } from 'typeorm';
import type { Rewrapped } from './sealed-row.js';
import { changedCount } from './statements.js';

/**
 * Stores rewrapped keys in one statement. The secret stays the same, so the row's version does too: nothing a worker holds in
 * memory becomes stale.
 *
 * @returns how many were stored; the others were changed since they were read
 */
export function replaceSealedKeys(
  dataSource: DataSource,
  table: 'connection' | 'whatsapp_key' | 'idempotency',
  rewrapped: Rewrapped[],
): Promise<number> {
  return changedCount(
    dataSource,
    // Locked in order of their ids first, so that two rotations at once cannot wait for each other in a circle.
    `WITH held AS (
       SELECT c.id, r.key_id, r.sealed_key FROM ${table} c
       JOIN unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS r (id, key_id, sealed_key, former) ON r.id = c.id
       WHERE c.sealed_key = r.former ORDER BY c.id FOR UPDATE OF c
     )
     UPDATE ${table} c SET key_id = held.key_id, sealed_key = held.sealed_key FROM held WHERE c.id = held.id`,
    [
      rewrapped.map((each) => each.id),
      rewrapped.map((each) => each.keyId),
      rewrapped.map((each) => each.sealedKey),
      rewrapped.map((each) => each.formerSealedKey),
    ],
  );
}
