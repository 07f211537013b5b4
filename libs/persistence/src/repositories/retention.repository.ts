import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { idFloorOf } from '../engine/database-time.js';
import { SUBSCRIBERS } from '../engine/outbox/subscribers.js';
import { changedCount } from '../statements.js';

/** Opt-outs of which nobody knows yet whose they are. */
const PARKED_FOR = `interval '1 year'`;

/** When the oldest month began that is kept: $1 months ago. By UTC, whatever the session's zone. */
const OLDEST = `(date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => $1)) AT TIME ZONE 'UTC'`;

/** The lowest id of a message that was made since then. */
const OLDEST_ID = idFloorOf(OLDEST);

/** What is past retention in each table; $1 is a number of months. They have left with their messages' partitions. */
const PAST_MONTHS = {
  message_dedupe: `created_at < ${OLDEST}`,
  message_fallback: `message_id < ${OLDEST_ID} AND state NOT IN ('waiting', 'going')`,
};

/** As PAST_MONTHS; $1 is a number of days. What is still to be applied, or to be heard by a subscriber, stays. */
const PAST_DAYS = {
  callback: `received_at < now() - make_interval(days => $1)`,
  delivery_event: `received_at < now() - make_interval(days => $1) AND run_at IS NULL
    AND (state <> 'parked' OR kind <> 'unsubscribed' OR received_at < now() - ${PARKED_FOR})`,
  idempotency: `created_at < now() - make_interval(days => $1)`,
  outbox: `at < now() - make_interval(days => $1)
    AND (run_at IS NULL OR subscriber <> ALL('{${SUBSCRIBERS.names.join()}}'::text[]))`,
  recipient_name: `seen_on < current_date - $1::int`,
};

const PAST = { ...PAST_MONTHS, ...PAST_DAYS };

export type RetainedTable = keyof typeof PAST;

/** Deletes rows that are past retention, by the database's clock. */
@Injectable()
export class RetentionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param kept months for what belongs to messages, days for the other tables
   * @param limit rows deleted at most: more in one statement would hold up vacuum and replicas
   * @returns how many were deleted
   */
  prune(table: RetainedTable, kept: number, limit: number): Promise<number> {
    return changedCount(
      this.dataSource,
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM ${table} WHERE ${PAST[table]} LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [kept, limit],
    );
  }
}
