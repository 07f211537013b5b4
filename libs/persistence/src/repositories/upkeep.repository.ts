import { Injectable } from '@nestjs/common';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';

/** What a round of rescue did with messages whose holder no longer answers for them. */
export interface Rescued {
  requeued: number;
  dead: number;
  unknown: number;
}

/** Puts right what no worker will: messages whose holder died. */
@Injectable()
export class UpkeepRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Ends expired leases. `processing`: no provider was called, so the message is queued again, or dead once its worker was lost `crashLimit`
   * times. `sending`: a provider may have it, so it becomes `unknown` and is never queued by us again.
   */
  async rescue(limit: number, crashLimit: number): Promise<Rescued> {
    const [row] = await this.dataSource.query<[Rescued]>(RESCUE, [limit, crashLimit, eventIds(limit)]);
    return row;
  }
}

/** Event ids are UUIDv7, which PostgreSQL makes only from version 18 on. */
function eventIds(count: number): string[] {
  return Array.from({ length: count }, newId);
}

/** PostgreSQL prunes partitions by a range, but not by an array that a query made. */
const among = (id: string, ids: 'ids' | 'sending') => `${id} = ANY((SELECT ${ids} FROM found)::uuid[])
      AND ${id} BETWEEN (SELECT ${ids}[1] FROM found) AND (SELECT ${ids}[cardinality(${ids})] FROM found)`;

/** The claim was the last to touch a row that is `processing`. */
const CLAIMED_SINCE_START = 'm.updated_at >= pg_postmaster_start_time()';

// One message that kills its worker takes down those beside it: coming back apart from each other, the innocent ones soon go through.
// A lease also runs out when the database went away and the worker could not give the message back. Where the server started after
// the claim that much is known, and no crash is counted.
// Rows are reached by their ids, never by a join with `lost`: the planner, which cannot know how few it holds, may read all months.
const RESCUE = `
  WITH lost AS (
    SELECT id, status FROM message WHERE status IN ('processing', 'sending') AND lease_until <= now()
    ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED
  ), found AS (
    SELECT array_agg(id ORDER BY id) AS ids, array_agg(id ORDER BY id) FILTER (WHERE status = 'sending') AS sending FROM lost
  ), rescued AS (
    UPDATE message m SET
      status = CASE WHEN m.status = 'sending' THEN 'unknown'
        WHEN ${CLAIMED_SINCE_START} AND m.crashes + 1 >= $2 THEN 'failed' ELSE 'queued' END,
      reason = CASE WHEN m.status = 'sending' THEN 'worker_lost_while_sending' ELSE 'worker_lost' END,
      crashes = m.crashes + CASE WHEN m.status = 'processing' AND ${CLAIMED_SINCE_START} THEN 1 ELSE 0 END,
      lease_until = NULL, updated_at = now(),
      wake_at = now() + random() * (m.crashes + 1) * interval '5 s'
    WHERE ${among('m.id', 'ids')}
    RETURNING m.id, m.tenant_id, m.status, m.reason, m.attempts, m.crashes
  ), attempt AS (
    UPDATE message_attempt a SET ended_at = now(), outcome = 'unknown', reason = 'worker_lost_while_sending'
    WHERE ${among('a.message_id', 'sending')} AND a.ended_at IS NULL
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, ($3::uuid[])[row_number() OVER ()], tenant_id, CASE status WHEN 'queued' THEN 'lease_expired' ELSE status END, now(),
      CASE status WHEN 'unknown' THEN attempts END, reason, jsonb_build_object('crashes', crashes)
    FROM rescued
  )
  SELECT count(*) FILTER (WHERE status = 'queued')::int AS requeued, count(*) FILTER (WHERE status = 'failed')::int AS dead,
    count(*) FILTER (WHERE status = 'unknown')::int AS unknown
  FROM rescued`;
