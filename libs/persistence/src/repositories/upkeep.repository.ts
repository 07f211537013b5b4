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
   * Ends expired leases. `processing`: no provider was called, so the message is queued again, or dead once `crashLimit` leases of it
   * ran out. `sending`: a provider may have it, so it becomes `unknown` and is never queued by us again.
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

// One message that kills its worker takes down those beside it: coming back apart from each other, the innocent ones soon go through.
const RESCUE = `
  WITH lost AS (
    SELECT id, status, row_number() OVER () AS n FROM (
      SELECT id, status FROM message WHERE status IN ('processing', 'sending') AND lease_until <= now()
      ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED) AS expired
  ), rescued AS (
    UPDATE message m SET
      status = CASE WHEN m.status = 'sending' THEN 'unknown' WHEN m.crashes + 1 >= $2 THEN 'failed' ELSE 'queued' END,
      reason = CASE WHEN m.status = 'sending' THEN 'worker_lost_while_sending' ELSE 'worker_lost' END,
      crashes = m.crashes + CASE WHEN m.status = 'processing' THEN 1 ELSE 0 END,
      lease_until = NULL, updated_at = now(),
      wake_at = now() + random() * (m.crashes + 1) * interval '5 s'
    FROM lost WHERE m.id = lost.id
    RETURNING m.id, m.tenant_id, m.status, m.reason, m.attempts, m.crashes, lost.n, lost.status AS was
  ), attempt AS (
    UPDATE message_attempt a SET ended_at = now(), outcome = 'unknown', reason = r.reason
    FROM rescued r WHERE r.was = 'sending' AND a.message_id = r.id AND a.number = r.attempts
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, ($3::uuid[])[n], tenant_id, CASE status WHEN 'queued' THEN 'lease_expired' ELSE status END, now(),
      CASE was WHEN 'sending' THEN attempts END, reason, jsonb_build_object('crashes', crashes)
    FROM rescued
  )
  SELECT count(*) FILTER (WHERE status = 'queued')::int AS requeued, count(*) FILTER (WHERE status = 'failed')::int AS dead,
    count(*) FILTER (WHERE status = 'unknown')::int AS unknown
  FROM rescued`;
