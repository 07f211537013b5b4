import { appendOutbox } from './outbox/append-outbox.js';

/**
 * A UUIDv7 of this moment: PostgreSQL makes them by itself only from version 18 on.
 */
export const NEW_ID = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  placing substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
  52, 1), 53, 1), 'hex')::uuid`;

/**
 * Has PostgreSQL expect thousands of rows of a CTE, so that it is joined by hash. It cannot know how many there are,
 * expects one or two, and then goes through all of one side for each row of the other (test/statement-cost.spec.ts).
 * The series holds one number, which is not known when the statement is planned; OFFSET keeps it where it is.
 */
export function expectMany(cte: string): string {
  return `(SELECT ${cte}.* FROM ${cte}, generate_series(1, (SELECT 1)) OFFSET 0)`;
}

/** Columns of a fragment that are not simply taken from its source: an SQL expression for each. */
type Values<Column extends string> = Partial<Record<Column, string>>;

/**
 * Appends events to messages. The source has `id` (the message's), `tenant_id`, and the columns that are not given.
 *
 * @param source a table expression, with its WHERE
 */
export function appendEvents(
  source: string,
  values: Values<'event_id' | 'type' | 'at' | 'attempt' | 'reason' | 'detail'>,
): string {
  const {
    event_id: id = NEW_ID,
    type = 'event',
    at = 'now()',
    attempt = 'NULL',
    reason = 'NULL',
    detail = 'NULL',
  } = values;
  return `INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT id, ${id}, tenant_id, ${type}, ${at}, ${attempt}, ${reason}, ${detail} FROM ${source}`;
}

type EventValues = Parameters<typeof appendEvents>[1];

/**
 * Makes the CTEs that record what happened to messages: on their timelines (`name`), and for those who listen to them.
 * The source has `listeners` beside what `appendEvents` takes.
 */
export function recordEvents(name: string, source: string, values: EventValues): string {
  const { event_id: _, ...others } = values;
  return `${name} AS (${appendEvents(source, values)}), ${name}_outbox AS (${appendOutbox(source, others)})`;
}

/** Takes messages out of the schedule. @param ids a query of them */
export function unschedule(ids: string): string {
  return `DELETE FROM message_schedule WHERE message_id = ANY(ARRAY(${ids}))`;
}

/**
 * Schedules messages, whether they are scheduled or not. The source has `id`, `tenant_id`, `channel`, `priority`,
 * `due_at`.
 */
export function schedule(source: string, values: Values<'isolate' | 'run_at' | 'connection_id'> = {}): string {
  const { isolate = 'false', run_at: runAt = 'due_at', connection_id: connectionId = 'NULL' } = values;
  return `INSERT INTO message_schedule (message_id, tenant_id, channel, priority, isolate, due_at, run_at,
    connection_id)
    SELECT id, tenant_id, channel, priority, ${isolate}, due_at, ${runAt}, ${connectionId} FROM ${source}
    ON CONFLICT (message_id) DO UPDATE SET isolate = message_schedule.isolate OR excluded.isolate,
      due_at = excluded.due_at,
      run_at = excluded.run_at, connection_id = excluded.connection_id`;
}

/**
 * Writes attempts down as ended now. One that was written down before, by who gave its worker up, is put right. The
 * source has `id`, `tenant_id`, `fence`, `connection_id`, `provider`, and the columns that are not given.
 */
export function closeAttempt(
  source: string,
  values: Values<'number' | 'started_at' | 'outcome' | 'reason' | 'detail' | 'provider_message_id'>,
): string {
  const { number = 'attempt', started_at: startedAt = 'started_at', outcome = 'outcome', reason = 'reason' } = values;
  const { detail = 'NULL', provider_message_id: providerMessageId = 'NULL' } = values;
  return `INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at,
    ended_at,
      outcome, reason, detail, provider_message_id)
    SELECT id, ${number}, tenant_id, fence, connection_id, provider, ${startedAt}, now(), ${outcome}, ${reason},
      ${detail},
      ${providerMessageId} FROM ${source}
    ON CONFLICT (message_id, number) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
      reason = excluded.reason, detail = excluded.detail, provider_message_id = excluded.provider_message_id`;
}

/** Suppresses addresses; what is suppressed stays as it is. The source has `tenant_id`, `channel`, `recipient`. */
export function suppress(
  source: string,
  values: Record<'id' | 'reason' | 'scope' | 'evidence', string> & Values<'topic'>,
): string {
  const { id, reason, scope, topic = 'NULL', evidence } = values;
  return `INSERT INTO suppression (id, tenant_id, channel, address, reason, scope, topic, evidence)
    SELECT ${id}, tenant_id, channel, recipient, ${reason}, ${scope}, ${topic}, ${evidence} FROM ${source}
    ON CONFLICT DO NOTHING`;
}
