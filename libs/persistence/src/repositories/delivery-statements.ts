import { PreparedStatement } from '../statements.js';
import type { ClaimedMessage } from './claimed-message.js';
import { MET } from './suppression-statements.js';

// Leaves alone who is in other hands: two claims of the same ids go through them in the same order, so that neither locks the other
// out. `reason` still tells what it has waited for. A booked slot that was missed by far (nobody was there to use it) is void: a
// thousand missed slots used at once would break the limits they were booked under. Who is suppressed or paused is read here, with the
// row, not by queries of its own. What few messages have (a past) comes as one value, null for all others.
export const CLAIM = new PreparedStatement<ClaimedMessage>(
  'delivery.claim',
  `WITH claimed AS (
    UPDATE message m SET status = 'processing', fence = m.fence + 1, lease_until = now() + $3 * interval '1 ms', updated_at = now()
    WHERE id = ANY($1::uuid[]) AND id BETWEEN $4 AND $5 AND channel = $2 AND status = 'queued' AND due_at <= now()
    RETURNING m.*
  ), lease AS (
    INSERT INTO message_lease (run_at, message_ids)
    SELECT now() + $3 * interval '1 ms', array_agg(id ORDER BY id) FROM claimed HAVING count(*) > 0
  )
  SELECT m.id, m.tenant_id AS "tenantId", m.channel, m.mode, m.priority, m.attempts, m.attempt_limit AS "attemptLimit", m.fence,
    m.recipient, m.template_version_id AS "templateVersionId", m.variables, m.content, m.expires_at AS "expiresAt",
    (extract(epoch FROM m.expires_at - now()) * 1000)::float8 AS "expiresInMs",
    coalesce(m.expires_at <= now(), false) AS expired,
    p.reason AS suppression, p.scope AS "suppressionScope", p.topic AS "suppressionTopic",
    m.tags, m.reason AS "waitedFor", coalesce(m.slot_until > now(), false) AS "holdsSlot",
    s.id AS "senderId", s.address AS "senderAddress", s.name AS "senderName", s.status AS "senderStatus",
    s.verified_over AS "senderVerifiedOver",
    CASE WHEN m.failovers > 0 OR m.maybe_sent_at IS NOT NULL THEN json_build_object('failovers', m.failovers, 'tried', m.tried_connection_ids,
      'maybeSentMsAgo', round(extract(epoch FROM now() - m.maybe_sent_at) * 1000), 'connectionId', m.connection_id,
      'connectionVersion', m.connection_version) END AS past,
    s.rate_limits AS "senderRateLimits", t.rate_limits AS "tenantRateLimits", t.pause_reason AS "tenantPause"
  FROM claimed m
  JOIN tenant t ON t.id = m.tenant_id
  JOIN sender s ON s.id = m.sender_id AND s.tenant_id = m.tenant_id
  LEFT JOIN ${MET}
  ORDER BY m.priority, m.id`,
);

// Of the ids, see SETTLE.
//
// A pause holds from the moment its transaction has ended: it waits for marks under way, which have its row locked, and one that comes later
// reads the row anew. Rows are locked in the order of their ids, those of senders before those of tenants, and all before any message.
export const MARK_SENDING = new PreparedStatement<{ id: string; number: number }>(
  'delivery.mark',
  `WITH batch AS MATERIALIZED (
    SELECT DISTINCT sender_id, tenant_id FROM message WHERE id = ANY($1::uuid[]) AND id BETWEEN $7 AND $8
  ), open_sender AS MATERIALIZED (
    SELECT id FROM sender WHERE id = ANY(ARRAY(SELECT sender_id FROM batch)) AND status <> 'paused' ORDER BY id FOR SHARE
  ), open_tenant AS MATERIALIZED (
    SELECT id FROM tenant WHERE id = ANY(ARRAY(SELECT tenant_id FROM batch)) AND paused_at IS NULL ORDER BY id FOR SHARE
  )
  UPDATE message m SET status = 'sending', attempts = m.attempts + 1, lease_until = now() + $5 * interval '1 ms', reason = NULL,
    connection_id = s.connection_id, connection_version = s.connection_version, provider = s.provider, slot_until = NULL, updated_at = now()
  FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $6::int[]) AS s (id, fence, connection_id, provider, connection_version)
  WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $7 AND $8 AND m.id = s.id AND m.fence = s.fence AND m.status = 'processing'
    AND m.lease_until > now() AND m.sender_id = ANY(ARRAY(SELECT id FROM open_sender))
    AND (m.mode = 'test' OR m.tenant_id = ANY(ARRAY(SELECT id FROM open_tenant)))
  RETURNING m.id, m.attempts AS number`,
);

/** Who could not be marked because of a pause, and is still in the caller's hands. $1 ids, $2 fences, $3 and $4 the range of $1 */
export const PAUSED = `
  SELECT m.id, s.status AS "senderStatus", t.pause_reason AS "tenantPause"
  FROM unnest($1::uuid[], $2::int[]) AS h (id, fence)
  JOIN message m ON m.id = h.id AND m.fence = h.fence
  JOIN sender s ON s.id = m.sender_id
  JOIN tenant t ON t.id = m.tenant_id
  WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND m.status = 'processing'
    AND (s.status = 'paused' OR (t.paused_at IS NOT NULL AND m.mode = 'live'))`;

// The ids are named twice, as a range to choose the partition by and one by one: messages of very different ages share a batch, and a join
// alone may be planned as a scan of all that lies between them. What is seldom needed is asked for once (EXISTS), not looked for.
//
// A deferral spends no attempt: one that was begun and not used (its turn at the provider did not come in time) is taken back.
// What waits longer than its expiry comes up at its expiry, to be told so. A result that comes too late for the message still counts
// for its attempt, which upkeep has written down as `unknown`; but a vendor's callback that came before knows better than a silence.
//
// Connections that failed a message are remembered until it waits: for its turn at the next one it may be deferred meanwhile. Where a call
// that may have sent it is repeated, the beginning of the first such call is kept.
export const SETTLE = new PreparedStatement<{ id: string; fence: number; requeued: boolean; unused: boolean }>(
  'delivery.settle',
  `WITH settled AS MATERIALIZED (
    SELECT *, now() + due_after_ms * interval '1 ms' AS due
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::smallint[], $9::int[], $10::text[],
      $11::bigint[], $12::bigint[], $13::text[], $14::uuid[], $17::uuid[]) AS settled (id, fence, status, event, outcome, reason, detail, attempt,
      called_ms_ago, provider_message_id, due_after_ms, slot_grace_ms, suppress, event_id, place_at)
  ), changed AS (
    UPDATE message m SET status = s.status, reason = s.reason, lease_until = NULL, updated_at = now(),
      due_at = CASE WHEN s.due IS NULL THEN m.due_at ELSE least(s.due, m.expires_at) END,
      slot_until = coalesce(s.due + s.slot_grace_ms * interval '1 ms', CASE WHEN s.attempt IS NULL THEN m.slot_until END),
      attempts = m.attempts - CASE WHEN s.outcome = 'deferred' AND s.attempt IS NOT NULL THEN 1 ELSE 0 END,
      provider_message_id = coalesce(s.provider_message_id, m.provider_message_id),
      failovers = m.failovers + CASE WHEN s.event = 'failover' THEN 1 ELSE 0 END,
      tried_connection_ids = CASE WHEN s.event = 'failover' THEN array_append(m.tried_connection_ids, m.connection_id)
        WHEN s.outcome = 'deferred' AND s.reason <> 'all_routes_down' THEN m.tried_connection_ids END,
      maybe_sent_at = CASE WHEN s.event = 'repeat' THEN coalesce(m.maybe_sent_at, now() - s.called_ms_ago * interval '1 ms')
        ELSE m.maybe_sent_at END
    FROM settled s
    WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $15 AND $16 AND m.id = s.id AND m.fence = s.fence
      AND (m.status IN ('processing', 'sending')
        OR (m.status = 'unknown' AND (s.outcome <> 'unknown' OR m.reason = 'worker_lost_while_sending'))
        OR (m.status = 'queued' AND s.outcome = 'sent' AND m.attempts = s.attempt))
    RETURNING m.id, m.tenant_id, m.channel, m.recipient, m.connection_id, m.provider, m.priority, m.lost_leases, m.due_at, s.due IS NULL AS done, m.attempt_limit,
      s.fence, s.event, s.outcome, s.reason, s.detail, s.attempt, s.called_ms_ago, s.provider_message_id, s.suppress, s.event_id, s.place_at
  ), attempt AS (
    INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at, ended_at, outcome, reason,
      detail, provider_message_id)
    SELECT id, attempt, tenant_id, fence, connection_id, provider, now() - called_ms_ago * interval '1 ms', now(), outcome, reason, detail,
      provider_message_id
    FROM changed WHERE attempt IS NOT NULL AND outcome <> 'deferred'
    ON CONFLICT (message_id, number) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome, reason = excluded.reason,
      detail = excluded.detail, provider_message_id = excluded.provider_message_id
  ), lost AS (
    SELECT * FROM settled s
    WHERE outcome <> 'deferred' AND NOT EXISTS (SELECT FROM changed c WHERE c.id = s.id AND c.fence = s.fence)
  ), late AS (
    UPDATE message_attempt a SET ended_at = now(), outcome = s.outcome, reason = s.reason, detail = s.detail,
      provider_message_id = s.provider_message_id
    FROM lost s
    WHERE EXISTS (SELECT FROM lost) AND a.message_id = ANY(ARRAY(SELECT id FROM lost)) AND a.message_id BETWEEN $15 AND $16
      AND a.message_id = s.id AND a.number = s.attempt AND a.fence = s.fence AND (a.outcome = 'unknown' OR s.outcome = 'sent')
  ), begun AS (
    SELECT id, attempt FROM changed WHERE outcome = 'deferred' AND attempt IS NOT NULL
  ), unused AS (
    DELETE FROM message_attempt a USING begun b
    WHERE EXISTS (SELECT FROM begun) AND a.message_id = ANY(ARRAY(SELECT id FROM begun)) AND a.message_id BETWEEN $15 AND $16
      AND a.message_id = b.id AND a.number = b.attempt
  ), done AS (
    DELETE FROM message_schedule WHERE message_id = ANY(ARRAY(SELECT id FROM changed WHERE done))
  ), again AS (
    INSERT INTO message_schedule (message_id, tenant_id, channel, priority, isolate, due_at, run_at, connection_id)
    SELECT id, tenant_id, channel, priority, lost_leases > 0, due_at, due_at, place_at FROM changed WHERE NOT done
    ON CONFLICT (message_id) DO UPDATE SET due_at = excluded.due_at, run_at = excluded.run_at, connection_id = excluded.connection_id
  ), suppressed AS (
    INSERT INTO suppression (id, tenant_id, channel, address, reason, scope, evidence)
    SELECT event_id, tenant_id, channel, recipient, split_part(suppress, ' ', 1), split_part(suppress, ' ', 2),
      jsonb_build_object('message_id', id, 'reply', detail)
    FROM changed WHERE suppress IS NOT NULL
    ON CONFLICT DO NOTHING
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, event_id, tenant_id, event, now(), attempt, reason, detail FROM changed WHERE event IS NOT NULL
  )
  SELECT id, fence, outcome = 'sent' AND attempt_limit IS NOT NULL AS requeued, outcome = 'deferred' AND attempt IS NOT NULL AS unused
  FROM changed`,
);

// A short pause: what made the worker give them back is seldom over at once.
export const RELEASE = new PreparedStatement<{ id: string }>(
  'delivery.release',
  `WITH released AS (
    UPDATE message m SET status = 'queued', lease_until = NULL, lost_leases = m.lost_leases + 1, updated_at = now(),
      attempts = m.attempts - CASE m.status WHEN 'sending' THEN 1 ELSE 0 END
    FROM unnest($1::uuid[], $2::int[]) AS held (id, fence)
    WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND m.id = held.id AND m.fence = held.fence AND m.status IN ('processing', 'sending')
    RETURNING m.id
  )
  UPDATE message_schedule SET isolate = true, run_at = now() + (1 + random()) * interval '1 s'
  WHERE message_id = ANY(ARRAY(SELECT id FROM released))
  RETURNING message_id AS id`,
);
