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

/** Puts right what no worker will: messages whose holder died. */
@Injectable()
export class UpkeepRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Ends expired leases. `processing`: no provider was called, so the message is queued again, or dead once its worker was lost `crashLimit`
   * times. `sending`: a provider may have it, so it becomes `unknown` and is never queued by us again.
   *
   * @param batches claimed batches to look at, at most; those with messages still held are looked at again when their leases end
   */
  async rescue(batches: number, crashLimit: number): Promise<Rescued> {
    const [row] = await this.dataSource.query<[Rescued]>(RESCUE, [batches, crashLimit]);
    return row;
  }
}

/** A UUIDv7 of this moment: PostgreSQL makes them by itself only from version 18 on. */
const NEW_ID = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  placing substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid`;

/** PostgreSQL prunes partitions by a range, but not by an array that a query made. */
const AMONG_LOST = `m.id = ANY((SELECT ids FROM lost)::uuid[])
      AND m.id BETWEEN (SELECT ids[1] FROM lost) AND (SELECT ids[cardinality(ids)] FROM lost)`;

/** The claim was the last to touch a row that is `processing`. */
const CLAIMED_SINCE_START = 'm.updated_at >= pg_postmaster_start_time()';

// One message that kills its worker takes down those beside it: coming back apart from each other, the innocent ones soon go through.
// A lease also runs out when the database went away and the worker could not give the message back. Where the server started after
// the claim that much is known, and no crash is counted.
// Rows are reached by their ids, never by a join: the planner, which cannot know how few they are, may read all months.
const RESCUE = `
  WITH looked AS (
    DELETE FROM message_lease WHERE id IN (
      SELECT id FROM message_lease WHERE look_at <= now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING message_ids
  ), named AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM looked, unnest(message_ids) AS id
  ), held AS MATERIALIZED (
    SELECT id, lease_until, updated_at FROM message
    WHERE id = ANY((SELECT ids FROM named)::uuid[])
      AND id BETWEEN (SELECT ids[1] FROM named) AND (SELECT ids[cardinality(ids)] FROM named) AND status IN ('processing', 'sending')
  ), lost AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM held WHERE lease_until <= now()
  ), alive AS (
    INSERT INTO message_lease (look_at, message_ids)
    SELECT min(lease_until), array_agg(id ORDER BY id) FROM held WHERE lease_until > now() HAVING count(*) > 0
  ), rescued AS (
    UPDATE message m SET
      status = CASE WHEN m.status = 'sending' THEN 'unknown'
        WHEN ${CLAIMED_SINCE_START} AND m.crashes + 1 >= $2 THEN 'failed' ELSE 'queued' END,
      reason = CASE WHEN m.status = 'sending' THEN 'worker_lost_while_sending' ELSE 'worker_lost' END,
      crashes = m.crashes + CASE WHEN m.status = 'processing' AND ${CLAIMED_SINCE_START} THEN 1 ELSE 0 END,
      lease_until = NULL, updated_at = now()
    WHERE ${AMONG_LOST} AND m.status IN ('processing', 'sending') AND m.lease_until <= now()
    RETURNING m.id, m.tenant_id, m.status, m.reason, m.attempts, m.crashes, m.fence, m.connection_id, m.provider
  ), attempt AS (
    INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at, ended_at, outcome, reason)
    SELECT r.id, r.attempts, r.tenant_id, r.fence, r.connection_id, r.provider, held.updated_at, now(), 'unknown', r.reason
    FROM rescued r JOIN held USING (id) WHERE r.status = 'unknown'
  ), done AS (
    DELETE FROM message_wake WHERE message_id = ANY(ARRAY(SELECT id FROM rescued WHERE status <> 'queued'))
  ), again AS (
    UPDATE message_wake SET suspect = suspect OR r.crashes > 0,
      wake_at = now() + random() * greatest(r.crashes, 1) * interval '5 s'
    FROM rescued r WHERE message_id = r.id AND message_id = ANY(ARRAY(SELECT id FROM rescued WHERE status = 'queued'))
  ), event AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, ${NEW_ID}, tenant_id, CASE status WHEN 'queued' THEN 'lease_expired' ELSE status END, now(),
      CASE status WHEN 'unknown' THEN attempts END, reason, jsonb_build_object('crashes', crashes)
    FROM rescued
  )
  SELECT (SELECT count(*)::int FROM looked) AS looked, count(*) FILTER (WHERE status = 'queued')::int AS requeued,
    count(*) FILTER (WHERE status = 'failed')::int AS dead, count(*) FILTER (WHERE status = 'unknown')::int AS unknown
  FROM rescued`;
