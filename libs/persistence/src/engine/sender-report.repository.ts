import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InjectEngine } from './engine-data-source.js';

/** A recipient's server refused a sender's mail for what the sender is, not for the recipient or the message. */
export interface SenderReport {
  tenantId: string;
  senderId: string;
  /** The recipient's, in lower case. */
  domain: string;
  provider: string;
  reason: string;
}

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
    SELECT sender_id, count(*)::int AS domains, (array_agg(reason || ' (' || provider || ')' ORDER BY reported_at DESC))[1] AS latest
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

/** Senders whose reputation several domains find at fault. Evidence of vendors is added where it is applied. */
@Injectable()
export class SenderReportRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** @param reports at most one of each sender and domain */
  async add(reports: readonly SenderReport[]): Promise<void> {
    if (reports.length === 0) return;
    // In one order, so that no two workers wait for each other in a circle.
    await this.dataSource.query(
      `INSERT INTO sender_report (sender_id, domain, tenant_id, provider, reason, reported_at)
       SELECT t.*, now() FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[]) AS t (sender_id, domain, tenant_id,
         provider, reason)
       WHERE EXISTS (SELECT FROM sender s WHERE s.id = t.sender_id AND s.tenant_id = t.tenant_id) ORDER BY t.sender_id, t.domain
       ON CONFLICT (sender_id, domain) DO UPDATE SET provider = excluded.provider, reason = excluded.reason, reported_at = now()`,
      [
        reports.map(({ senderId }) => senderId),
        reports.map(({ domain }) => domain),
        reports.map(({ tenantId }) => tenantId),
        reports.map(({ provider }) => provider),
        reports.map(({ reason }) => reason),
      ],
    );
  }

  /** Pauses those that enough domains have reported within an hour, in one statement, and drops what is older. */
  pause(): Promise<PausedSender[]> {
    return this.dataSource.query<PausedSender[]>(PAUSE);
  }
}
