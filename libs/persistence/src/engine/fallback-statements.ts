import type { Channel } from '@outbell/shared/constants/channels.js';
import { PreparedStatement } from '../statements.js';
import { recordEvents } from './fragments.js';
import { move } from './move.js';
import { REFUSED } from './suppression-statements.js';
import { counts } from './transition-sql.js';
import { takeDue } from './take-due.js';

/** A fallback whose time may have come, and the message it is for. */
export interface LookedAt {
  verdict: 'waiting' | 'going' | 'not_needed' | 'canceled';
  messageId: string;
  position: number;
  tenantId: string;
  channel: Channel;
  /** What intake wrote; null unless it is going or waiting. */
  request: Record<string, unknown> | null;
  /** Of the message. */
  mode: 'live' | 'test';
  /** Of the message: PRIORITY_RANK of the priority. */
  priority: number;
  metadata: Record<string, unknown> | null;
  tags: string[] | null;
  topic: string | null;
  /** Messages that were to reach the person before it, the first one first. */
  earlier: string[];
  /** Of these, the ones that still wait and are nowhere yet. */
  queued: string[] | null;
  /** A worker that decided that it goes was not heard of again: its message may be there. */
  takenUp: boolean;
}

/** It does not reach anybody any more. */
const LOST = `('failed', 'bounced', 'suppressed', 'expired')`;

/**
 * Message \`m\` was not wanted by the person, or an earlier one was not that reached the same address in the same way.
 */
const UNWANTED = `(m.reason IN ('recipient_unsubscribed', 'recipient_complained', 'recipient_opted_out',
          'recipient_said_stop')
        OR ${REFUSED})`;

/**
 * Takes those whose time has come. LOOK is a statement of its own after it: what has happened to their messages until
 * they were locked is seen by it, and what happens later brings them forward again. $1 how many, $2 channels
 */
export const TAKE = new PreparedStatement<{ messageId: string; position: number }>(
  'fallback.take',
  takeDue('message_fallback', { columns: 'message_id AS "messageId", position', where: 'channel = ANY($2::text[])' }),
);

// Locks no message: others have those locked when they come for these rows. A message that a worker has in its hands
// this moment is waited for: within its lease it is known what became of it. Otherwise the next look is when the
// fallback is due: FALLBACKS hears of what fails before that. Whether it goes is decided once, and written down before
// anything is done: who finds it `going` later carries on. Messages are reached by their ids, one by one (LIMIT keeps
// the planner to that: it cannot know how few they are), and their tenant is compared afterwards.
//
// $1 and $2 messages and positions that TAKE has locked, $3 ms after which one that was decided by a worker that died
// is taken up again
export const LOOK = new PreparedStatement<LookedAt>(
  'fallback.look',
  `WITH looked AS MATERIALIZED (
    SELECT f.* FROM unnest($1::uuid[], $2::smallint[]) AS t (message_id, position)
      JOIN message_fallback f USING (message_id, position)
  ), judged AS MATERIALIZED (
    SELECT f.message_id, f.position, m.mode, m.priority, m.metadata, m.tags, m.topic, earlier.ids, found.in_hands,
      found.queued,
      f.state = 'going' AS taken_up,
      CASE WHEN f.state = 'going' THEN 'going'
        WHEN m.id IS NULL OR found.taken_back OR found.refused THEN 'canceled'
        WHEN found.reached THEN CASE WHEN f.due_at <= now() THEN 'not_needed' ELSE 'waiting' END
        WHEN found.in_hands THEN 'waiting'
        WHEN f.due_at <= now() OR found.last IN ${LOST} THEN 'going'
        ELSE 'waiting' END AS verdict
    FROM looked f
    LEFT JOIN LATERAL (
      SELECT id, tenant_id, mode, priority, metadata, tags, topic FROM message WHERE id = f.message_id LIMIT 1
    ) AS m ON m.tenant_id = f.tenant_id
    CROSS JOIN LATERAL (
      SELECT f.message_id || coalesce(array_agg(b.fallback_message_id ORDER BY b.position), '{}') AS ids
        FROM message_fallback b
      WHERE b.message_id = f.message_id AND b.position < f.position AND b.fallback_message_id IS NOT NULL
    ) AS earlier
    CROSS JOIN LATERAL (
      SELECT bool_or(status IN ('delivered', 'complained')) AS reached,
        bool_or(status IN ('processing', 'sending')) AS in_hands,
        array_agg(one.id) FILTER (WHERE status = 'queued' AND maybe_sent_at IS NULL) AS queued,
        bool_or(status = 'canceled' AND reason = 'canceled_by_tenant') AS taken_back,
          (array_agg(status ORDER BY n DESC))[1] AS last,
        bool_or(unwanted) AS refused
      FROM unnest(earlier.ids) WITH ORDINALITY AS one (id, n)
      JOIN LATERAL (SELECT tenant_id, status, reason, maybe_sent_at, ${UNWANTED} AS unwanted FROM message m
        WHERE m.id = one.id LIMIT 1) AS own
        ON own.tenant_id = f.tenant_id
    ) AS found
  ), changed AS (
    UPDATE message_fallback f SET state = j.verdict, request = CASE WHEN j.verdict IN ('waiting', 'going')
      THEN f.request END,
      run_at = CASE j.verdict WHEN 'going' THEN now() + $3 * interval '1 ms'
        WHEN 'waiting' THEN CASE WHEN j.in_hands THEN now() + interval '1 s' ELSE f.due_at END END
    FROM judged j WHERE f.message_id = j.message_id AND f.position = j.position
    RETURNING j.verdict, f.message_id AS "messageId", f.position, f.tenant_id AS "tenantId", f.channel, f.request,
      j.mode, j.priority,
      j.metadata, j.tags, j.topic, j.ids AS earlier, j.queued, j.taken_up AS "takenUp"
  ), following AS (
    UPDATE message_fallback f SET state = c.verdict, request = NULL
    FROM changed c WHERE c.verdict IN ('not_needed', 'canceled') AND f.message_id = c."messageId"
      AND f.position > c.position
      AND f.state = 'waiting'
  )
  SELECT * FROM changed`,
);

/**
 * Keeps what still waits from being claimed while its fallback is accepted: otherwise both may go. Waits for nobody who
 * has a message locked, for he may want its fallback next. What is not returned is in other hands. $1 ids, $2 and $3
 * their range, $4 for how many ms
 */
export const HOLD = `
  WITH free AS MATERIALIZED (
    SELECT id FROM message WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3 AND status = 'queued'
      AND maybe_sent_at IS NULL
    FOR UPDATE SKIP LOCKED
  ), held AS (
    UPDATE message m SET due_at = greatest(m.due_at, now() + $4 * interval '1 ms')
    WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3 AND id = ANY(ARRAY(SELECT id FROM free))
    RETURNING id, due_at
  ), later AS (
    UPDATE message_schedule w SET due_at = h.due_at, run_at = greatest(w.run_at, h.due_at), connection_id = NULL
    FROM held h WHERE w.message_id = h.id
  )
  SELECT id FROM held`;

/**
 * What was earlier is in a worker's hands after all: it is looked at again when it is known what became of it. $1
 * messages, $2 positions
 */
export const PUT_BACK = `
  UPDATE message_fallback f SET state = 'waiting', run_at = now() + interval '1 s'
  FROM unnest($1::uuid[], $2::smallint[]) AS t (message_id, position)
  WHERE f.message_id = t.message_id AND f.position = t.position AND f.state = 'going'`;

/** In order, as all who lock several, and before their fallbacks. $1 ids, $2 and $3 their range */
export const LOCK = `SELECT FROM message WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3 ORDER BY id FOR UPDATE`;

const FALLBACK_DECIDED = `(
    SELECT d.*, d.message_id AS id, m.listeners
    FROM done d LEFT JOIN LATERAL (SELECT listeners FROM message WHERE id = d.message_id LIMIT 1) AS m ON true
  ) AS done`;
const FALLBACK_EVENT = {
  ...{ event_id: 'event_id', type: `'fallback'`, reason: `CASE WHEN new_id IS NULL THEN 'fallback_refused' END` },
  detail: `jsonb_strip_nulls(jsonb_build_object('position', position, 'channel', channel, 'message_id', new_id,
    'errors', errors))`,
};

/**
 * Writes down what became of fallbacks that were going, tells it on the message they are for, and lets their own
 * messages go, which were held. What still waits of the earlier messages is taken back now, so that nobody gets both;
 * what may have been sent stays as it is, and is not sent again. After one that was refused the next goes at once; the
 * next after one that went is looked at soon, for that may have failed before it was known as a fallback. One that the
 * person has refused meanwhile is canceled, and so is its message: a refusal either finds the row as this leaves it, or
 * this finds it canceled.
 *
 * $1 messages, $2 positions, $3 new messages, null where it was refused, $4 errors, $5 ids for events, $6 earlier
 * messages of those that were accepted, $7 and $8 the range of $6
 */
export const RECORD = `
  WITH ended AS (
    UPDATE message_fallback f SET fallback_message_id = t.new_id, errors = t.errors, run_at = NULL, request = NULL,
      state = CASE WHEN f.state = 'canceled' THEN f.state WHEN t.new_id IS NULL THEN 'refused' ELSE 'gone' END
    FROM unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::jsonb[], $5::uuid[]) AS t (message_id, position, new_id,
      errors, event_id)
    WHERE f.message_id = t.message_id AND f.position = t.position AND f.state IN ('going', 'canceled')
    RETURNING f.message_id, f.position, f.tenant_id, f.channel, f.state, t.new_id, t.errors, t.event_id
  ), done AS (
    SELECT * FROM ended WHERE state <> 'canceled'
  ), released AS (
    UPDATE message_schedule w SET run_at = w.due_at FROM done WHERE w.message_id = done.new_id
  ), following AS (
    UPDATE message_fallback f SET due_at = now() + CASE WHEN d.new_id IS NULL THEN 0
      ELSE f.after_ms END * interval '1 ms',
      run_at = now() + CASE WHEN d.new_id IS NULL THEN 0 ELSE 1 END * interval '1 s'
    FROM done d WHERE f.message_id = d.message_id AND f.position = d.position + 1 AND f.state = 'waiting'
  ), ${recordEvents('recorded', FALLBACK_DECIDED, FALLBACK_EVENT)},
  not_again AS (DELETE FROM message_resend WHERE message_id = ANY($6::uuid[])),
  refused AS MATERIALIZED (
    SELECT m.id, m.status AS was FROM message m
    WHERE m.id = ANY(ARRAY(SELECT new_id FROM ended WHERE state = 'canceled')) AND ${counts('refuse')}
      ORDER BY m.id FOR UPDATE
  ), ${move('refuse', { from: 'refused', as: 'unwanted' })},
  waiting AS MATERIALIZED (
    SELECT m.id, m.status AS was FROM message m
    WHERE m.id = ANY($6::uuid[]) AND m.id BETWEEN $7 AND $8 AND ${counts('supersede')}
      AND NOT m.id = ANY(ARRAY(SELECT new_id FROM ended WHERE new_id IS NOT NULL)) ORDER BY m.id FOR UPDATE
  ), ${move('supersede', { from: 'waiting', as: 'superseded', within: 'm.id BETWEEN $7 AND $8' })}
  SELECT count(*) FROM superseded`;
