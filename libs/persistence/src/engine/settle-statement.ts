import { PreparedStatement } from '../statements.js';
import { closeAttempt, expectMany, schedule, suppress, recordEvents, unschedule } from './fragments.js';
import { resultCounts, resultThat } from './result-sql.js';

/** What came of each message: parameters $1 to $16, an array each. $17 and $18 are the range of the ids. */
const SETTLED = `SELECT *, now() + due_after_ms * interval '1 ms' AS due
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
      $9::smallint[], $10::int[], $11::bigint[], $12::bigint[], $13::uuid[], $14::text[], $15::text[], $16::uuid[])
      AS settled (id, fence, status, event, outcome, reason, detail, provider_message_id,
        attempt, called_ms_ago, due_after_ms, slot_grace_ms, permit_at, listener, suppress, event_id)`;

const CALLED_AT = `now() - s.called_ms_ago * interval '1 ms'`;

// The ids are named twice, as a range to choose the partition by and one by one: messages of very different ages share
// a batch, and a join alone may be planned as a scan of all that lies between them. What is seldom needed is asked for
// once (EXISTS), not looked for.
//
// A deferral spends no attempt: one that was begun and not used (its turn at the provider did not come in time) is
// taken back. What waits longer than its expiry comes up at its expiry, to be told so. A result that comes too late for
// the message still counts for its attempt, which maintenance has written down as `unknown`; but a vendor's callback
// that came before knows better than a silence.
//
// Which status follows was looked up in the table of transitions by who asks (`transitionFor`); what else is written is
// read from it here.
const CHANGED = `UPDATE message m SET status = s.status, reason = s.reason, lease_until = NULL, updated_at = now(),
      due_at = CASE WHEN s.due IS NULL THEN m.due_at ELSE least(s.due, m.expires_at) END,
      slot_until = coalesce(s.due + s.slot_grace_ms * interval '1 ms', CASE WHEN s.attempt IS NULL
        THEN m.slot_until END),
      attempts = m.attempts - CASE WHEN s.attempt IS NOT NULL
        AND ${resultThat(({ attempt }) => attempt === 'taken back')} THEN 1 ELSE 0 END,
      provider_message_id = coalesce(s.provider_message_id, m.provider_message_id),
      failovers = m.failovers + CASE WHEN ${resultThat(({ failovers }) => failovers === 'counted')} THEN 1 ELSE 0 END,
      tried_connection_ids = CASE
        WHEN ${resultThat(({ tried }) => tried === 'remembered')}
          THEN array_append(m.tried_connection_ids, m.connection_id)
        WHEN ${resultThat(({ tried }) => tried === undefined)} THEN m.tried_connection_ids END,
      maybe_sent_at = CASE WHEN ${resultThat(({ maybeSent }) => maybeSent !== undefined)}
        THEN coalesce(m.maybe_sent_at, ${CALLED_AT}) ELSE m.maybe_sent_at END
    FROM settled s
    WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $17 AND $18 AND m.id = s.id AND m.fence = s.fence
      AND ${resultCounts()}
    RETURNING m.id, m.tenant_id, m.channel, m.recipient, m.connection_id, m.provider, m.priority, m.lost_leases,
      m.due_at,
      s.due IS NULL AS done, m.attempt_limit, s.fence, s.event, s.outcome, s.reason, s.detail, s.attempt,
      ${CALLED_AT} AS called_at, s.provider_message_id, s.suppress, s.event_id, s.permit_at,
      CASE WHEN s.listener IS NULL THEN m.listeners ELSE array_append(m.listeners, s.listener) END AS listeners`;

const EVENT = { event_id: 'event_id', attempt: 'attempt', reason: 'reason', detail: 'detail' };
const ATTEMPT = { started_at: 'called_at', detail: 'detail', provider_message_id: 'provider_message_id' };
const SUPPRESSION = {
  id: 'event_id',
  reason: `split_part(suppress, ' ', 1)`,
  scope: `split_part(suppress, ' ', 2)`,
  evidence: `jsonb_build_object('message_id', id, 'reply', detail)`,
};

/** An attempt that was begun has ended with this result. Of other results it was not used. */
const CLOSES = resultThat(({ attempt }) => attempt === 'closed', '');

/** Results whose message is in other hands by now. */
const LOST = `SELECT * FROM settled
    WHERE ${CLOSES} AND (id, fence) NOT IN (SELECT id, fence FROM changed)`;

const LATE = `UPDATE message_attempt a SET ended_at = now(), outcome = s.outcome, reason = s.reason, detail = s.detail,
      provider_message_id = s.provider_message_id
    FROM ${expectMany('lost')} AS s
    WHERE EXISTS (SELECT FROM lost) AND a.message_id = ANY(ARRAY(SELECT id FROM lost))
      AND a.message_id BETWEEN $17 AND $18 AND a.message_id = s.id AND a.number = s.attempt AND a.fence = s.fence
      AND (a.outcome = 'unknown' OR s.outcome = 'sent')`;

const UNUSED = `DELETE FROM message_attempt a USING ${expectMany('begun')} AS b
    WHERE EXISTS (SELECT FROM begun) AND a.message_id = ANY(ARRAY(SELECT id FROM begun))
      AND a.message_id BETWEEN $17 AND $18 AND a.message_id = b.id AND a.number = b.attempt`;

export const SETTLE = new PreparedStatement<{ id: string; fence: number; requeued: boolean; unused: boolean }>(
  'delivery.settle',
  `WITH settled AS MATERIALIZED (${SETTLED}), changed AS (${CHANGED}),
  ended AS (${closeAttempt(`changed WHERE attempt IS NOT NULL AND ${CLOSES}`, ATTEMPT)}),
  lost AS (${LOST}), late AS (${LATE}),
  begun AS (SELECT id, attempt FROM changed WHERE attempt IS NOT NULL AND NOT (${CLOSES})), unused AS (${UNUSED}),
  done AS (${unschedule('SELECT id FROM changed WHERE done')}),
  again AS (${schedule('changed WHERE NOT done', { isolate: 'lost_leases > 0', connection_id: 'permit_at' })}),
  suppressed AS (${suppress('changed WHERE suppress IS NOT NULL', SUPPRESSION)}),
  ${recordEvents('recorded', 'changed WHERE event IS NOT NULL', EVENT)}
  SELECT id, fence, outcome = 'sent' AND attempt_limit IS NOT NULL AS requeued, attempt IS NOT NULL
    AND NOT (${CLOSES}) AS unused
  FROM changed`,
);
