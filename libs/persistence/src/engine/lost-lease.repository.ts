import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { columnsOf } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { closeAttempt, expectMany, recordEvents, unschedule } from './fragments.js';
import { changes, counts, partOf, rowNumber, rowsThat } from './transition-sql.js';
import { takeDue } from './take-due.js';

/** Describes what a round of rescue did with messages whose holder no longer answers for them. */
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
export class LostLeaseRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Ends expired leases. `processing`: no provider was called, so the message is queued again, or dead once its worker
   * was lost `crashLimit` times. `sending`: a provider may have it, so it becomes `unknown` and is never queued by us
   * again; but at a provider that is `repeatable`, where it is called for once more under its key.
   *
   * @param batches claimed batches to look at, at most; those with messages still held are looked at again when their
   * leases end
   */
  async rescue(batches: number, crashLimit: number, repeatable: Repeatable[] = []): Promise<Rescued> {
    const parameters = [batches, crashLimit, ...columnsOf(repeatable, 'provider', 'forMs')];
    const [row] = await this.dataSource.query<[Rescued]>(END_LEASES, parameters);
    return row;
  }
}

/** The claim was the last to touch a row that is `processing`. */
const CLAIMED_SINCE_START = 'm.updated_at >= pg_postmaster_start_time()';

/**
 * A provider was called that takes a repeat once, and still does. The mark was the last to touch a row that is
 * `sending`.
 */
const REPEATABLE = `m.lost_leases + 1 < $2 AND EXISTS (
        SELECT FROM unnest($3::text[], $4::bigint[]) AS r (provider, ms)
        WHERE r.provider = m.provider AND coalesce(m.maybe_sent_at, m.updated_at) + r.ms * interval '1 ms' > now())`;

const FACTS = { repeatable: REPEATABLE, counted: CLAIMED_SINCE_START, lastLease: 'm.lost_leases + 1 >= $2' };

/** PostgreSQL prunes partitions by a range, but not by an array that a query made. */
const AMONG_NAMED = `m.id = ANY((SELECT ids FROM named)::uuid[])
      AND m.id BETWEEN (SELECT ids[1] FROM named) AND (SELECT ids[cardinality(ids)] FROM named)`;

const CHANGED = `UPDATE message m SET ${changes('lease_lost', { row: 'l.move', calledAt: 'm.updated_at' })}
    FROM ${expectMany('lost')} AS l WHERE m.id = l.id AND ${AMONG_NAMED}
    RETURNING m.id, m.tenant_id, m.status, m.reason, m.attempts, m.lost_leases, m.fence, m.connection_id, m.provider,
      m.listeners, l.move, l.called_at`;

const CALLED = `changed WHERE move IN ${rowsThat('lease_lost', ({ attempt }) => attempt === 'closed')}`;
const EVENT = {
  type: partOf('lease_lost', ({ event }) => event, 'move'),
  attempt: `CASE WHEN move IN ${rowsThat('lease_lost', ({ attempt }) => attempt === 'closed')} THEN attempts END`,
  reason: 'reason',
  detail: `jsonb_build_object('crashes', lost_leases)`,
};

// One message that kills its worker takes down those beside it: coming back apart from each other, the innocent ones
// soon go through. A lease also runs out when the database went away and the worker could not give the message back.
// Where the server started after the claim that much is known, and no crash is counted; but for a call that is
// repeated: that must come to an end. Rows are reached by their ids, never by a join: the planner, which cannot know
// how few they are, may read all months.
const END_LEASES = `
  WITH looked AS (
    DELETE FROM message_lease WHERE id IN (${takeDue('message_lease', { columns: 'id' })})
    RETURNING message_ids
  ), named AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM looked, unnest(message_ids) AS id
  ), lost AS MATERIALIZED (
    SELECT m.id, m.updated_at AS called_at, ${rowNumber('lease_lost', FACTS)} AS move FROM message m
    WHERE ${AMONG_NAMED} AND ${counts('lease_lost', FACTS)} ORDER BY m.id FOR UPDATE
  ), alive AS (
    INSERT INTO message_lease (run_at, message_ids)
    SELECT min(lease_until), array_agg(id ORDER BY id) FROM message m
    WHERE ${AMONG_NAMED} AND m.status IN ('processing', 'sending') AND m.lease_until > now() HAVING count(*) > 0
  ), changed AS (${CHANGED}),
  ended AS (${closeAttempt(CALLED, { number: 'attempts', started_at: 'called_at', outcome: "'unknown'" })}),
  done AS (${unschedule(`SELECT id FROM changed WHERE status <> 'queued'`)}), again AS (
    UPDATE message_schedule SET isolate = isolate OR c.lost_leases > 0,
      run_at = now() + random() * greatest(c.lost_leases, 1) * interval '5 s'
    FROM ${expectMany('changed')} AS c
    WHERE message_id = c.id AND message_id = ANY(ARRAY(SELECT id FROM changed WHERE status = 'queued'))
  ), ${recordEvents('recorded', 'changed', EVENT)}
  SELECT (SELECT count(*)::int FROM looked) AS looked, count(*) FILTER (WHERE status = 'queued')::int AS requeued,
    count(*) FILTER (WHERE status = 'failed')::int AS dead, count(*) FILTER (WHERE status = 'unknown')::int AS unknown
  FROM changed`;
