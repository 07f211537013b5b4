import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What a round of rescue did with messages whose holder no longer answers for them. */
export interface Rescued {
  /** Claimed batches that were looked at. */
  looked: number;
  requeued: number;
  dead: number;
  unknown: number;
}

/** A provider that takes a repeat under the same key once, for so long. */
export interface Repeatable {
  provider: string;
  forMs: number;
}

/** Puts right what no worker will: messages whose holder died. */
@Injectable()
export class UpkeepRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Ends expired leases. `processing`: no provider was called, so the message is queued again, or dead once its worker was lost `crashLimit`
   * times. `sending`: a provider may have it, so it becomes `unknown` and is never queued by us again; but at a provider that is
   * `repeatable`, where it is called for once more under its key.
   *
   * @param batches claimed batches to look at, at most; those with messages still held are looked at again when their leases end
   */
  async rescue(batches: number, crashLimit: number, repeatable: Repeatable[] = []): Promise<Rescued> {
    const [row] = await this.dataSource.query<[Rescued]>(RESCUE, [
      batches,
      crashLimit,
      repeatable.map(({ provider }) => provider),
      repeatable.map(({ forMs }) => forMs),
    ]);
    return row;
  }
}

/** A UUIDv7 of this moment: PostgreSQL makes them by itself only from version 18 on. */
export const NEW_ID = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  placing substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid`;

/** PostgreSQL prunes partitions by a range, but not by an array that a query made. */
const AMONG_LOST = `m.id = ANY((SELECT ids FROM lost)::uuid[])
      AND m.id BETWEEN (SELECT ids[1] FROM lost) AND (SELECT ids[cardinality(ids)] FROM lost)`;

/** The claim was the last to touch a row that is `processing`. */
const CLAIMED_SINCE_START = 'm.updated_at >= pg_postmaster_start_time()';

/** A provider was called that takes a repeat once, and still does. The mark was the last to touch a row that is `sending`. */
const REPEATABLE = `(m.status = 'sending' AND m.lost_leases + 1 < $2 AND EXISTS (
        SELECT FROM unnest($3::text[], $4::bigint[]) AS r (provider, ms)
        WHERE r.provider = m.provider AND coalesce(m.maybe_sent_at, m.updated_at) + r.ms * interval '1 ms' > now()))`;

// One message that kills its worker takes down those beside it: coming back apart from each other, the innocent ones soon go through.
// A lease also runs out when the database went away and the worker could not give the message back. Where the server started after
// the claim that much is known, and no crash is counted; but for a call that is repeated: that must come to an end.
// Rows are reached by their ids, never by a join: the planner, which cannot know how few they are, may read all months.
const RESCUE = `
  WITH looked AS (
    DELETE FROM message_lease WHERE id IN (
      SELECT id FROM message_lease WHERE run_at <= now() ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING message_ids
  ), named AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM looked, unnest(message_ids) AS id
  ), held AS MATERIALIZED (
    SELECT id, status, lease_until, updated_at FROM message
    WHERE id = ANY((SELECT ids FROM named)::uuid[])
      AND id BETWEEN (SELECT ids[1] FROM named) AND (SELECT ids[cardinality(ids)] FROM named) AND status IN ('processing', 'sending')
  ), lost AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM held WHERE lease_until <= now()
  ), alive AS (
    INSERT INTO message_lease (run_at, message_ids)
    SELECT min(lease_until), array_agg(id ORDER BY id) FROM held WHERE lease_until > now() HAVING count(*) > 0
  ), rescued AS (
    UPDATE message m SET
      status = CASE WHEN ${REPEATABLE} THEN 'queued' WHEN m.status = 'sending' THEN 'unknown'
        WHEN ${CLAIMED_SINCE_START} AND m.lost_leases + 1 >= $2 THEN CASE WHEN m.maybe_sent_at IS NULL THEN 'failed' ELSE 'unknown' END
        ELSE 'queued' END,
      reason = CASE WHEN m.status = 'sending' THEN 'worker_lost_while_sending' ELSE 'worker_lost' END,
      lost_leases = m.lost_leases + CASE WHEN ${REPEATABLE} OR (m.status = 'processing' AND ${CLAIMED_SINCE_START}) THEN 1 ELSE 0 END,
      maybe_sent_at = CASE WHEN ${REPEATABLE} THEN coalesce(m.maybe_sent_at, m.updated_at) ELSE m.maybe_sent_at END,
      lease_until = NULL, updated_at = now()
    WHERE ${AMONG_LOST} AND m.status IN ('processing', 'sending') AND m.lease_until <= now()
    RETURNING m.id, m.tenant_id, m.status, m.reason, m.attempts, m.lost_leases, m.fence, m.connection_id, m.provider
  ), attempt AS (
    INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at, ended_at, outcome, reason)
    SELECT r.id, r.attempts, r.tenant_id, r.fence, r.connection_id, r.provider, held.updated_at, now(), 'unknown', r.reason
    FROM rescued r JOIN held USING (id) WHERE held.status = 'sending'
  ), done AS (
    DELETE FROM message_schedule WHERE message_id = ANY(ARRAY(SELECT id FROM rescued WHERE status <> 'queued'))
  ), again AS (
    UPDATE message_schedule SET isolate = isolate OR r.lost_leases > 0,
      run_at = now() + random() * greatest(r.lost_leases, 1) * interval '5 s'
    FROM rescued r WHERE message_id = r.id AND message_id = ANY(ARRAY(SELECT id FROM rescued WHERE status = 'queued'))
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, ${NEW_ID}, r.tenant_id,
      CASE WHEN r.status <> 'queued' THEN r.status WHEN held.status = 'sending' THEN 'repeat' ELSE 'lease_expired' END, now(),
      CASE held.status WHEN 'sending' THEN r.attempts END, r.reason, jsonb_build_object('crashes', r.lost_leases)
    FROM rescued r JOIN held USING (id)
  )
  SELECT (SELECT count(*)::int FROM looked) AS looked, count(*) FILTER (WHERE status = 'queued')::int AS requeued,
    count(*) FILTER (WHERE status = 'failed')::int AS dead, count(*) FILTER (WHERE status = 'unknown')::int AS unknown
  FROM rescued`;
