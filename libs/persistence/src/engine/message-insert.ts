import {
  binaryArray,
  type ElementType,
  HEX,
  INTEGER,
  JSON_TEXT,
  SMALLINT,
  TEXT,
  TIMESTAMPTZ,
  UUID,
} from '../binary-array.js';
import { PreparedStatement } from '../statements.js';
import { appendEvents } from './fragments.js';
import { dedupeNamespace, type NewMessage } from './new-message.js';
import { partOf } from './transition-sql.js';

/** Describes what became of messages that were to be written. */
export interface Insertion {
  /** Of all that were written. */
  createdAt: Date;
  /** Ids of those that were not: their dedupe keys were taken. */
  taken: string[];
}

type Column = (messages: readonly NewMessage[]) => Buffer;

/** In the order of the statement's parameters. */
const COLUMNS: Column[] = [
  column(UUID, ({ id }) => id),
  column(UUID, ({ eventId }) => eventId),
  column(UUID, ({ tenantId }) => tenantId),
  column(TEXT, ({ channel }) => channel),
  column(TEXT, ({ mode }) => mode),
  column(SMALLINT, ({ priority }) => priority),
  column(UUID, ({ senderId }) => senderId),
  column(TEXT, ({ recipient }) => recipient),
  column(UUID, ({ templateVersionId }) => templateVersionId),
  column(JSON_TEXT, ({ variables }) => jsonText(variables)),
  column(JSON_TEXT, ({ content }) => jsonText(content)),
  column(JSON_TEXT, ({ metadata }) => jsonText(metadata)),
  column(JSON_TEXT, ({ tags }) => jsonText(tags)),
  column(TIMESTAMPTZ, ({ dueAt }) => dueAt),
  column(TIMESTAMPTZ, ({ expiresAt }) => expiresAt),
  column(INTEGER, ({ wakeAfterMs }) => wakeAfterMs),
  column(HEX, ({ dedupeKey }) => dedupeKey),
  column(HEX, ({ bodyHash }) => bodyHash),
  column(TEXT, ({ dedupeKey, source }) => dedupeKey && dedupeNamespace(source)),
];

/** Messages as `INSERT_MESSAGES` takes them: an array for each column. */
export function columnsOf(messages: readonly NewMessage[]): Buffer[] {
  return COLUMNS.map((column) => column(messages));
}

function column<T>(type: ElementType<T>, valueOf: (message: NewMessage) => T | null): Column {
  return (messages) => binaryArray(type, messages.map(valueOf));
}

function jsonText(value: object | null): string | null {
  return value && JSON.stringify(value);
}

/** Tells whether a message has anything that few have. */
export function isPlain({ fallbacks, topic, contactId, source, listeners }: NewMessage): boolean {
  return !fallbacks && !topic && !contactId && !source && !listeners?.length;
}

/**
 * Gives what `INSERT_WITH_EXTRAS` takes beside the columns.
 */
export function extrasOf(messages: readonly NewMessage[]): [fallbacks: string, extras: string] {
  const fallbacks = messages.flatMap(({ id, fallbacks = [] }) =>
    fallbacks.map((fallback, position) => ({ id, position, ...fallback })),
  );
  const extras = messages.map(({ id, topic, contactId, source, listeners }) => {
    return { id, topic, contactId, sourceKind: source?.kind, sourceId: source?.id, listeners: nullIfEmpty(listeners) };
  });
  return [JSON.stringify(fallbacks), JSON.stringify(extras)];
}

function nullIfEmpty(names: string[] | undefined): string | null {
  return names?.length ? `{${names.join(',')}}` : null;
}

const EXTRAS = `fresh LEFT JOIN (
      SELECT id, topic, "contactId" AS contact_id, "sourceKind" AS source_kind, "sourceId" AS source_id, listeners
      FROM json_to_recordset($21)
        AS extra (id uuid, topic text, "contactId" uuid, "sourceKind" text, "sourceId" uuid, listeners text[])
    ) AS extra USING (id)`;

const PLANNED = `
  , planned AS (
    INSERT INTO message_fallback (message_id, tenant_id, position, channel, after_ms, request, due_at, run_at)
    SELECT f.id, fresh.tenant_id, f.position, f.channel, f."afterMs", f.request,
      first.due, first.due
    FROM json_to_recordset($20) AS f (id uuid, position smallint, channel text, "afterMs" int, request json)
      JOIN fresh USING (id),
      LATERAL (SELECT CASE f.position WHEN 0 THEN fresh.due + f."afterMs" * interval '1 ms' END AS due) AS first
  )`;

// One statement, so one round trip and one commit for any number. The keys are inserted in order: two requests with the
// same keys wait for each other, they never lock each other out; whoever waited then sees the other's row as a
// conflict.
export const INSERT_MESSAGES = new PreparedStatement<Insertion>('message-insert', insertion());

/**
 * The same for messages of which some have fallbacks ($20) or other extras ($21).
 */
export const INSERT_WITH_EXTRAS = new PreparedStatement<Insertion>(
  'message-insert-extras',
  insertion(PLANNED, ', topic, contact_id, source_kind, source_id, listeners', EXTRAS),
);

/** @param columns more of them, that `source` has beside those of each message */
function insertion(more = '', columns = '', source = 'fresh'): string {
  return `
  WITH asked AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::smallint[], $7::uuid[],
      $8::text[], $9::uuid[],
      $10::json[], $11::json[], $12::json[], $13::json[], $14::timestamptz[], $15::timestamptz[], $16::int[],
        $17::bytea[], $18::bytea[], $19::text[])
      AS asked (id, event_id, tenant_id, channel, mode, priority, sender_id, recipient, template_version_id, variables,
        content,
        metadata, tags, due_at, expires_at, wake_after_ms, dedupe_key, body_hash, dedupe_namespace)
  ), won AS (
    INSERT INTO message_dedupe (tenant_id, dedupe_namespace, dedupe_key, body_hash, message_id, created_at)
    SELECT tenant_id, dedupe_namespace, dedupe_key, body_hash, id, now()
    FROM asked WHERE dedupe_key IS NOT NULL ORDER BY tenant_id, dedupe_namespace, dedupe_key
    ON CONFLICT DO NOTHING
    RETURNING message_id
  ), fresh AS (
    SELECT *, coalesce(due_at, now()) AS due FROM asked
    WHERE dedupe_key IS NULL OR id IN (SELECT message_id FROM won)
  ), recorded AS (${appendEvents('fresh', { event_id: 'event_id', type: partOf('accept', ({ event }) => event) })}),
    scheduled AS (
    INSERT INTO message_schedule (message_id, tenant_id, channel, priority, due_at, run_at)
    SELECT id, tenant_id, channel, priority, due, due + wake_after_ms * interval '1 ms' FROM fresh
  ), written AS (
    INSERT INTO message (id, tenant_id, channel, mode, status, priority, due_at, expires_at, sender_id, recipient,
      template_version_id, variables, content, metadata, tags, created_at, updated_at${columns})
    SELECT id, tenant_id, channel, mode, ${partOf('accept', ({ to }) => to)}, priority, due, expires_at, sender_id,
      recipient, template_version_id, variables, content, metadata,
      CASE WHEN tags IS NOT NULL THEN ARRAY(SELECT json_array_elements_text(tags)) END, now(), now()${columns}
    FROM ${source}
  )${more}
  SELECT now() AS "createdAt", ARRAY(
    SELECT id FROM asked WHERE dedupe_key IS NOT NULL AND id NOT IN (SELECT message_id FROM won)
  ) AS taken`;
}
