import { PreparedStatement } from '../statements.js';
import type { ClaimedMessage } from './claimed-message.js';
import { MET } from './suppression-statements.js';
import { changes, counts, rowNumber } from './transition-sql.js';

// Leaves alone who is in other hands: two claims of the same ids go through them in the same order, so that neither
// locks the other out. `reason` still tells what it has waited for. A booked slot that was missed by far (nobody was
// there to use it) is void: a thousand missed slots used at once would break the limits they were booked under. Who is
// suppressed or paused is read here, with the row, not by queries of its own. What few messages have (a past) comes as
// one value, null for all others.
export const CLAIM = new PreparedStatement<ClaimedMessage>(
  'delivery.claim',
  `WITH claimed AS (
    UPDATE message m SET ${changes('claim', { leaseUntil: `now() + $3 * interval '1 ms'` })}
    WHERE id = ANY($1::uuid[]) AND id BETWEEN $4 AND $5 AND channel = $2 AND ${counts('claim')}
    RETURNING m.*
  ), lease AS (
    INSERT INTO message_lease (run_at, message_ids)
    SELECT now() + $3 * interval '1 ms', array_agg(id ORDER BY id) FROM claimed HAVING count(*) > 0
  )
  SELECT m.id, m.tenant_id AS "tenantId", m.channel, m.mode, m.priority, m.attempts, m.attempt_limit AS "attemptLimit",
    m.fence,
    m.recipient, m.template_version_id AS "templateVersionId", m.variables, m.content, m.expires_at AS "expiresAt",
    (extract(epoch FROM m.expires_at - now()) * 1000)::float8 AS "expiresInMs",
    coalesce(m.expires_at <= now(), false) AS expired,
    p.reason AS suppression, p.scope AS "suppressionScope", p.topic AS "suppressionTopic",
    m.tags, m.reason AS "waitedFor", coalesce(m.slot_until > now(), false) AS "holdsSlot",
    s.id AS "senderId", s.address AS "senderAddress", s.name AS "senderName", s.status AS "senderStatus",
    s.verified_over AS "senderVerifiedOver",
    CASE WHEN m.failovers > 0 OR m.maybe_sent_at IS NOT NULL
      THEN json_build_object('failovers', m.failovers, 'tried', m.tried_connection_ids,
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
// A pause holds from the moment its transaction has ended: it waits for marks under way, which have its row locked, and
// one that comes later reads the row anew. Rows are locked in the order of their ids, those of senders before those of
// tenants, and all before any message.
export const MARK_SENDING = new PreparedStatement<{ id: string; number: number }>(
  'delivery.mark',
  `WITH batch AS MATERIALIZED (
    SELECT DISTINCT sender_id, tenant_id FROM message WHERE id = ANY($1::uuid[]) AND id BETWEEN $7 AND $8
  ), open_sender AS MATERIALIZED (
    SELECT id FROM sender WHERE id = ANY(ARRAY(SELECT sender_id FROM batch)) AND status <> 'paused'
      ORDER BY id FOR SHARE
  ), open_tenant AS MATERIALIZED (
    SELECT id FROM tenant WHERE id = ANY(ARRAY(SELECT tenant_id FROM batch)) AND paused_at IS NULL ORDER BY id FOR SHARE
  )
  UPDATE message m SET ${changes('mark', { leaseUntil: `now() + $6 * interval '1 ms'` })},
    connection_id = s.connection_id, connection_version = s.connection_version, provider = s.provider
  FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::int[]) AS s (id, fence, connection_id, provider,
    connection_version)
  WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $7 AND $8 AND m.id = s.id AND m.fence = s.fence
    AND ${counts('mark')} AND m.sender_id = ANY(ARRAY(SELECT id FROM open_sender))
    AND (m.mode = 'test' OR m.tenant_id = ANY(ARRAY(SELECT id FROM open_tenant)))
  RETURNING m.id, m.attempts AS number`,
);

/**
 * Who could not be marked because of a pause, and is still in the caller's hands. $1 ids, $2 fences, $3 and $4 the
 * range of $1
 */
export const PAUSED = `
  SELECT m.id, s.status AS "senderStatus", t.pause_reason AS "tenantPause"
  FROM unnest($1::uuid[], $2::int[]) AS h (id, fence)
  JOIN message m ON m.id = h.id AND m.fence = h.fence
  JOIN sender s ON s.id = m.sender_id
  JOIN tenant t ON t.id = m.tenant_id
  WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND m.status = 'processing'
    AND (s.status = 'paused' OR (t.paused_at IS NOT NULL AND m.mode = 'live'))`;

// A short pause: what made the worker give them back is seldom over at once.
export const RELEASE = new PreparedStatement<{ id: string }>(
  'delivery.release',
  `WITH released AS (
    UPDATE message m SET ${changes('release', { row: rowNumber('release') })}
    FROM unnest($1::uuid[], $2::int[]) AS held (id, fence)
    WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND m.id = held.id AND m.fence = held.fence
      AND ${counts('release')}
    RETURNING m.id
  )
  UPDATE message_schedule SET isolate = true, run_at = now() + (1 + random()) * interval '1 s'
  WHERE message_id = ANY(ARRAY(SELECT id FROM released))
  RETURNING message_id AS id`,
);
