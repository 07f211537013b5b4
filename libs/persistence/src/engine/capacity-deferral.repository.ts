import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource } from 'typeorm';
import { arrayOf, changedRows, columnsOf } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { expectMany } from './fragments.js';

/** A message that was booked for later, and may go now. */
export interface BroughtForward {
  id: string;
  channel: Channel;
}

/** Names who waits for a connection that has more messages than it can take soon. */
export interface ConnectionBacklog {
  tenantId: string;
  connectionId: string;
  /** PRIORITY_RANK: it holds back messages of this rank, and less urgent ones. */
  rank: number;
  /** So many of them are let through. */
  room: number;
  /** When the first of the others gets its place, and how much later each of the next, in ms. */
  firstMs: number;
  nextMs: number;
}

/** Messages that wait for a place at a connection until a later time, unless a place stands empty before. */
@Injectable()
export class CapacityDeferralRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Books places for those of the messages that belong to a backlog, but for as many as there is room for: the most
   * urgent, then the oldest. They are not claimed for it: nothing is known of them but whose they are.
   *
   * @returns the ids of those that were booked, with their connection
   */
  deferUnclaimed(ids: string[], backlogs: ConnectionBacklog[]): Promise<{ id: string; connectionId: string }[]> {
    return changedRows(this.dataSource, DEFER_UNCLAIMED, [
      arrayOf(ids),
      ...columnsOf(backlogs, 'tenantId', 'connectionId', 'rank', 'firstMs', 'nextMs', 'room').map(arrayOf),
    ]);
  }

  /**
   * Makes messages due now that wait for a place at a connection: one stands empty. The most urgent first, then the
   * oldest.
   *
   * @param limit at most so many
   * @param republishAfterMs when they come up again should nothing come of it
   */
  bringForward(connectionId: string, limit: number, republishAfterMs: number): Promise<BroughtForward[]> {
    return changedRows(this.dataSource, BRING_FORWARD, [connectionId, limit, republishAfterMs]);
  }
}

// Who has one of them in hand (a stop, a settlement, a dispatcher that gives it back) is not waited for: he writes down
// himself when it is due, and not all of them lock several in one order. What was put off is as if it had never been
// published.
const DEFER_UNCLAIMED = `
  WITH backlog AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::float[], $6::float[], $7::int[])
      AS c (tenant_id, connection_id, rank, first_ms, next_ms, room)
  ), waiting AS (
    SELECT message_id, tenant_id, priority FROM message_schedule WHERE message_id = ANY($1::uuid[]) AND due_at <= now()
    FOR UPDATE SKIP LOCKED
  ), booked AS (
    SELECT message_id, connection_id, now() + interval '1 ms' * (ceil(first_ms) + next_ms * n) AS at
    FROM (
      SELECT w.message_id, c.*,
        row_number() OVER (PARTITION BY c.connection_id ORDER BY w.priority, w.message_id) - c.room AS n
      FROM waiting w JOIN backlog c ON c.tenant_id = w.tenant_id AND w.priority >= c.rank
    ) AS numbered WHERE n > 0
  )
  UPDATE message_schedule w SET due_at = b.at, run_at = b.at, connection_id = b.connection_id
  FROM ${expectMany('booked')} AS b WHERE w.message_id = ANY($1::uuid[]) AND w.message_id = b.message_id
  RETURNING w.message_id AS id, w.connection_id AS "connectionId"`;

// Who holds one of them meanwhile (a cancel, a fallback that goes instead) is not waited for. They may be months old:
// no range of their ids is known, and each is looked up in every partition; only connections that were busy have any.
// What waits for something else by now is not made due.
const BRING_FORWARD = `
  WITH booked AS (
    SELECT message_id FROM message_schedule WHERE connection_id = $1 AND run_at > now() ORDER BY priority,
      message_id LIMIT $2
    FOR UPDATE SKIP LOCKED
  ), free AS (
    SELECT id FROM message WHERE id = ANY(ARRAY(SELECT message_id FROM booked)) AND status = 'queued'
      AND (reason = 'vendor_busy' OR due_at <= now())
    FOR UPDATE SKIP LOCKED
  ), due AS (
    UPDATE message SET due_at = now() WHERE id = ANY(ARRAY(SELECT id FROM free)) AND due_at > now()
  )
  UPDATE message_schedule SET due_at = now(), run_at = now() + $3 * interval '1 ms', connection_id = NULL
  WHERE message_id = ANY(ARRAY(SELECT id FROM free))
  RETURNING message_id AS id, channel`;
