import { Injectable } from '@nestjs/common';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import { columnsOf } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';

/** Describes what came of a tenant's calls to providers. */
export interface OutcomeCount {
  tenantId: string;
  ended: number;
  /** Of those that ended: refused for good. */
  failed: number;
}

/** Shares from 0 to 1 at which a tenant is paused; 0: never for that. */
export interface PauseBounds {
  failureRate: number;
  windowMs: number;
  complaintRate: number;
  /** The longer one, of complaints. */
  complaintWindowMs: number;
  /** Messages within the window before a tenant is judged. */
  least: number;
}

export interface Pause {
  tenantId: string;
  reason: 'failure_rate' | 'complaint_rate';
  detail: Record<string, number>;
}

/** Fewer are no sign of anything. */
const LEAST_COMPLAINTS = 3;

// Complaints come hours after the message, so that they are held against what was sent in a longer time. They are the
// suppressions they led to; those that a tenant brings along have no evidence. Locked in the order of marks, which lock
// several tenants too.
//
// $1 window, $2 least messages, $3 and $4 rates of failures and complaints, $5 window of complaints
const PAUSE = `
  WITH recent AS MATERIALIZED (
    SELECT t.id, coalesce(t.resumed_at, '-infinity') AS since, sum(o.ended)::int AS ended, sum(o.failed)::int AS failed
    FROM tenant_outcome o JOIN tenant t ON t.id = o.tenant_id
    WHERE t.paused_at IS NULL AND o.at > now() - $1::bigint * interval '1 ms'
      AND o.at >= coalesce(t.resumed_at, '-infinity')
    GROUP BY t.id
  ), judged AS (
    SELECT id, 'failure_rate' AS reason,
      jsonb_build_object('ended', ended, 'failed', failed, 'window_ms', $1::bigint) AS seen
    FROM recent WHERE $3::float8 > 0 AND ended >= $2::int AND failed >= ended * $3::float8
    UNION ALL
    SELECT r.id, 'complaint_rate',
      jsonb_build_object('ended', d.ended, 'complaints', c.complaints, 'window_ms', $5::bigint)
    FROM recent r CROSS JOIN LATERAL (
      SELECT count(*)::int AS complaints FROM suppression s
      WHERE $4::float8 > 0 AND s.tenant_id = r.id AND s.created_at > now() - $5::bigint * interval '1 ms'
        AND s.reason = 'complaint' AND s.evidence <> '{}'
        AND s.created_at >= r.since
    ) AS c CROSS JOIN LATERAL (
      SELECT sum(o.ended)::int AS ended FROM tenant_outcome o
      WHERE c.complaints >= ${LEAST_COMPLAINTS} AND o.tenant_id = r.id AND o.at > now() - $5::bigint * interval '1 ms'
        AND o.at >= r.since
    ) AS d
    WHERE d.ended >= $2::int AND c.complaints >= d.ended * $4::float8
  ), locked AS MATERIALIZED (
    SELECT id FROM tenant WHERE id = ANY(ARRAY(SELECT id FROM judged)) ORDER BY id FOR NO KEY UPDATE
  ), paused AS (
    UPDATE tenant t SET paused_at = now(), pause_reason = j.reason, pause_detail = j.seen
    FROM (SELECT DISTINCT ON (id) * FROM judged ORDER BY id, reason DESC) AS j
    WHERE t.id = ANY(ARRAY(SELECT id FROM locked)) AND t.id = j.id AND t.paused_at IS NULL
    RETURNING t.id, t.pause_reason, t.pause_detail
  )
  INSERT INTO tenant_event (tenant_id, id, type, at, reason, detail)
  SELECT id, gen_random_uuid(), 'paused', now(), pause_reason, pause_detail FROM paused
  RETURNING tenant_id AS "tenantId", reason, detail`;

/** Tenants that may not send for now: how that comes about, and how it ends. */
@Injectable()
export class TenantPauseRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** Adds to what is counted for these five minutes. */
  async count(counts: readonly OutcomeCount[]): Promise<void> {
    if (counts.length === 0) return;
    // In the order of tenants, so that no two workers wait for each other in a circle.
    await this.dataSource.query(
      `INSERT INTO tenant_outcome AS o (tenant_id, at, ended, failed)
       SELECT tenant_id, date_bin('5 min', now(), '2026-01-01'), ended, failed
       FROM unnest($1::uuid[], $2::int[], $3::int[]) AS c (tenant_id, ended, failed) ORDER BY tenant_id
       ON CONFLICT (tenant_id, at) DO UPDATE SET ended = o.ended + excluded.ended, failed = o.failed + excluded.failed`,
      columnsOf(counts, 'tenantId', 'ended', 'failed'),
    );
  }

  /** Pauses every tenant that has crossed a bound, in one statement. */
  pause({ failureRate, windowMs, complaintRate, complaintWindowMs, least }: PauseBounds): Promise<Pause[]> {
    const parameters = [windowMs, least, failureRate, complaintRate, complaintWindowMs];
    return this.dataSource.query<Pause[]>(PAUSE, parameters);
  }

  /** Drops what neither window reaches any more. */
  async forget({ windowMs, complaintWindowMs }: PauseBounds): Promise<void> {
    const longest = Math.max(windowMs, complaintWindowMs);
    await this.dataSource.query(`DELETE FROM tenant_outcome WHERE at < now() - $1 * interval '1 ms'`, [longest]);
  }

  /**
   * Lets a paused tenant send again. What happened up to now counts for no further pause.
   *
   * @param by prefix of the key
   * @returns whether it was paused
   */
  async resume(tenantId: string, by: string): Promise<boolean> {
    const resumed = await this.dataSource.query<unknown[]>(
      `WITH resumed AS (
         UPDATE tenant SET paused_at = NULL, pause_reason = NULL, pause_detail = NULL, resumed_at = now()
         WHERE id = $1 AND paused_at IS NOT NULL RETURNING id
       ), counted AS (
         DELETE FROM tenant_outcome WHERE tenant_id IN (SELECT id FROM resumed)
       )
       INSERT INTO tenant_event (tenant_id, id, type, at, detail)
       SELECT id, $2, 'resumed', now(), jsonb_build_object('key_prefix', $3::text) FROM resumed RETURNING id`,
      [tenantId, newId(), by],
    );
    return resumed.length > 0;
  }
}
