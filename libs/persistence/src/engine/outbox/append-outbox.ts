/** Describes what is recorded, if not the columns of the source: an SQL expression for each. */
type EventValues = Partial<Record<'type' | 'at' | 'attempt' | 'reason' | 'detail' | 'listeners', string>>;

/**
 * Writes an event into the outbox for those who listen to its message: a row for each, none for a message that nobody
 * listens to. Belongs beside the fragment that appends the event to the timeline, in the statement that makes it
 * happen, and has the same values. The source has `id` (the message's), `tenant_id`, `listeners` and `event`, unless
 * they are given; expressions name its columns without a table.
 *
 * @param source a table expression, with its WHERE
 */
export function appendOutbox(source: string, values: EventValues = {}): string {
  const { type = 'event', at = 'now()', attempt = 'NULL', reason = 'NULL', detail = 'NULL' } = values;
  const { listeners = 'listeners' } = values;
  return `INSERT INTO outbox (subscriber, tenant_id, message_id, type, at, attempt, reason, detail)
    SELECT unnest(${listeners}), tenant_id, id, ${type}, ${at}, ${attempt}, ${reason}, ${detail}
    FROM (SELECT * FROM ${source}) AS happened WHERE ${listeners} IS NOT NULL`;
}
