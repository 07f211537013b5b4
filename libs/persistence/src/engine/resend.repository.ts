import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PreparedStatement } from '../statements.js';
import { NEW_ID } from './fragments.js';

/** As other retries are made. Times in ms. */
export interface ResendPolicy {
  /** In all, those that failed over left out. */
  attempts: number;
  /** Before the second. */
  delayMs: number;
  factor: number;
  maxDelayMs: number;
}

/** `pending`: it is not known yet what becomes of it · `resting`: unknown, and a late word may still come · `over`: not sent again. */
export interface Resend {
  messageId: string;
  verdict: 'pending' | 'resting' | 'again' | 'over';
}

// Only an unknown message that no vendor takes a repeat of under our key: of those the repeats have said what can be known. It is a retry, and
// counts as one, and none is made of what another channel has taken over; before it goes it rests for as long as a retry waits, for late
// words to come. A result or a word that comes between is seen by the fence and the status.
//
// $1 how many, $2 attempts, $3, $4 and $5 the wait before the second, its growth and its end
const RESEND = new PreparedStatement<Resend>(
  'resend',
  `WITH looked AS MATERIALIZED (
    SELECT * FROM message_resend WHERE run_at <= now() ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), found AS MATERIALIZED (
    SELECT l.message_id, m.*, m.updated_at + least($3::float8 * power($4::float8, m.attempts - m.failovers - 1), $5::float8) * interval '1 ms' AS rested,
      later.fallback
    FROM looked l
    LEFT JOIN LATERAL (
      SELECT id, tenant_id, status, fence, attempts, failovers, attempt_limit, maybe_sent_at, expires_at, due_at, updated_at
      FROM message WHERE id = l.message_id LIMIT 1
    ) AS m ON m.tenant_id = l.tenant_id
    LEFT JOIN LATERAL (
      SELECT min(f.state) AS fallback FROM (
        SELECT l.message_id, -1 AS position
        UNION ALL SELECT own.message_id, own.position FROM message_fallback own WHERE own.fallback_message_id = l.message_id
      ) AS place JOIN message_fallback f ON f.message_id = place.message_id AND f.position > place.position AND f.state IN ('going', 'gone')
    ) AS later ON true
  ), judged AS MATERIALIZED (
    SELECT *, CASE WHEN status IN ('queued', 'processing', 'sending') THEN 'pending'
      WHEN status IS DISTINCT FROM 'unknown' OR maybe_sent_at IS NOT NULL OR attempts - failovers >= coalesce(attempt_limit, $2)
        OR expires_at <= now() OR fallback = 'gone' THEN 'over'
      WHEN fallback = 'going' THEN 'pending'
      WHEN rested > now() THEN 'resting' ELSE 'again' END AS verdict
    FROM found
  ), again AS (
    UPDATE message m SET status = 'queued', reason = NULL, due_at = now(), tried_connection_ids = NULL, updated_at = now()
    FROM judged j
    WHERE m.id = ANY(ARRAY(SELECT message_id FROM judged WHERE verdict = 'again')) AND m.id = j.message_id AND m.status = 'unknown'
      AND m.fence = j.fence
    RETURNING m.id, m.tenant_id, m.channel, m.priority, m.due_at, m.attempts
  ), wake AS (
    INSERT INTO message_schedule (message_id, tenant_id, channel, priority, isolate, due_at, run_at)
    SELECT id, tenant_id, channel, priority, true, due_at, due_at FROM again
  ), told AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, ${NEW_ID}, tenant_id, 'resend', now(), attempts, 'may_arrive_twice', '{"was": "unknown"}' FROM again
  )
  UPDATE message_resend r SET run_at = CASE j.verdict
      WHEN 'pending' THEN CASE WHEN j.due_at > now() THEN j.due_at + interval '1 s'
        ELSE now() + greatest(interval '1 s', (now() - j.due_at) / 8) END
      WHEN 'resting' THEN j.rested WHEN 'again' THEN now() + interval '1 s' END
  FROM judged j WHERE r.message_id = j.message_id
  RETURNING r.message_id AS "messageId", j.verdict`,
);

/** Messages that are sent again should nobody know whether they were. Any number of workers may do it at once. */
@Injectable()
export class ResendRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Looks at those whose time may have come, and queues what is to be sent again, with its event. */
  run(limit: number, { attempts, delayMs, factor, maxDelayMs }: ResendPolicy): Promise<Resend[]> {
    return RESEND.run(this.dataSource, [limit, attempts, delayMs, factor, maxDelayMs]);
  }
}

/** When it is looked at next whether a message is to be sent again; null: that was not asked for. */
export async function seeResend(db: DataSource, tenantId: string, id: string): Promise<{ lookAt: Date | null } | null> {
  const [row] = await db.query<{ lookAt: Date | null }[]>(
    `SELECT run_at AS "lookAt" FROM message_resend WHERE tenant_id = $1 AND message_id = $2`,
    [tenantId, id],
  );
  return row ?? null;
}
