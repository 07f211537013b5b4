import { PreparedStatement } from '../../statements.js';
import type { OutboxEvent } from './subscriber.js';

// One reader of a subscriber at a time: so the events of a message keep their order, and no two of its batches wait for
// each other. Who holds the lock is somebody's transaction, which ends with its connection; one that stands still (its
// process is stopped) is ended by the server. The rows are locked too: a snapshot from before the lock may still see
// what the reader before has deleted.
//
// By `run_at` and deletion, not by a cursor: what commits late has a lower id than what was read before. $1 subscriber,
// $2 how many
export const TAKE = new PreparedStatement<OutboxEvent>(
  'outbox.take',
  `SELECT id, tenant_id AS "tenantId", message_id AS "messageId", type, at, attempt, reason, detail
   FROM outbox
   WHERE subscriber = $1 AND run_at <= now() AND (
     SELECT pg_try_advisory_xact_lock(hashtext('outbell.outbox'), hashtext($1))
     FROM set_config('idle_in_transaction_session_timeout', '30s', true)
   )
   ORDER BY id LIMIT $2 FOR UPDATE`,
);

/** Whether a subscriber has anything to hear: a look that opens no transaction. $1 subscriber */
export const HAS_DUE = new PreparedStatement<{ due: boolean }>(
  'outbox.due',
  `SELECT EXISTS (SELECT FROM outbox WHERE subscriber = $1 AND run_at <= now()) AS due`,
);

/** After so many faults an event is set aside: about three hours after the first. */
const MOST_FAULTS = 8;

/** Forgets what was heard; puts off what its subscriber failed at. $1 heard, $2 failed at, $3 why */
export const CLOSE = new PreparedStatement<{ id: string }>(
  'outbox.close',
  `WITH failed AS (
    UPDATE outbox o SET faults = faults + 1, error = f.error,
      run_at = CASE WHEN faults + 1 < ${MOST_FAULTS} THEN now() + interval '10 s' * power(3, faults) END
    FROM unnest($2::bigint[], $3::text[]) AS f (id, error)
    WHERE o.id = ANY($2::bigint[]) AND o.id = f.id
    RETURNING o.id, o.run_at
  ), heard AS (
    DELETE FROM outbox WHERE id = ANY($1::bigint[])
  )
  SELECT id FROM failed WHERE run_at IS NULL`,
);

/** $1 subscribers, $2 where counting stops */
export const FIGURES = `
  SELECT asked.subscriber, due.backlog, due."lagSeconds", aside."setAside"
  FROM unnest($1::text[]) AS asked (subscriber)
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS backlog, coalesce(extract(epoch FROM now() - min(run_at))::float8, 0) AS "lagSeconds" FROM (
      SELECT run_at FROM outbox o WHERE o.subscriber = asked.subscriber AND run_at <= now() ORDER BY id LIMIT $2
    ) AS waiting
  ) AS due
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS "setAside" FROM (
      SELECT FROM outbox o WHERE o.subscriber = asked.subscriber AND run_at IS NULL LIMIT $2
    ) AS parked
  ) AS aside`;
