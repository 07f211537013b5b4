import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InjectEngine } from './engine-data-source.js';

export interface PausedSender {
  tenantId: string;
  senderId: string;
  reason: string;
}

/** One domain may be hostile, or mistaken; of so many at once the sender is the cause. */
const LEAST_DOMAINS = 3;
const WINDOW = `interval '1 hour'`;

// What paused a sender is counted no more: whoever resumes it begins anew. Locked in the order of marks, which lock
// several senders too.
const PAUSE = `
  WITH reported AS (
    SELECT sender_id, count(*)::int AS domains,
      (array_agg(reason || ' (' || provider || ')' ORDER BY reported_at DESC))[1] AS latest
    FROM sender_report WHERE reported_at > now() - ${WINDOW} GROUP BY sender_id HAVING count(*) >= ${LEAST_DOMAINS}
  ), locked AS MATERIALIZED (
    SELECT id FROM sender WHERE id = ANY(ARRAY(SELECT sender_id FROM reported)) ORDER BY id FOR NO KEY UPDATE
  ), paused AS (
    UPDATE sender s SET status = 'paused', updated_at = now(),
      status_reason = r.domains || ' recipient domains refuse it within an hour, the latest: ' || r.latest
    FROM reported r WHERE s.id = ANY(ARRAY(SELECT id FROM locked)) AND s.id = r.sender_id AND s.status = 'verified'
    RETURNING s.id, s.tenant_id, s.status_reason
  ), forgotten AS (
    DELETE FROM sender_report WHERE (sender_id, domain) IN (
      SELECT sender_id, domain FROM sender_report
      WHERE reported_at <= now() - ${WINDOW} OR sender_id IN (SELECT sender_id FROM reported)
      FOR UPDATE SKIP LOCKED)
  )
  SELECT id AS "senderId", tenant_id AS "tenantId", status_reason AS reason FROM paused`;

/** Pauses senders that several domains find at fault for their reputation; SENDER_REPORTS keeps which ones do. */
@Injectable()
export class SenderReportRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** Pauses those that enough domains have reported within an hour, in one statement, and drops what is older. */
  pause(): Promise<PausedSender[]> {
    return this.dataSource.query<PausedSender[]>(PAUSE);
  }
}
