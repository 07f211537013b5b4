import { HAPPENED_AT } from './apply-statement.js';
import { expectMany } from './fragments.js';
import { ADDRESSES, NAMES_NOBODY, scopeOf } from './delivery-event-statements.js';

/** The id of a suppression out of a fact's: those of one fact differ in their last part only, and keep its time. */
const SUPPRESSION_ID = `overlay(e.id::text
  PLACING left(md5(e.id::text || o.tenant_id || o.address), 10) FROM 27)::uuid`;

/** Makes what is written down of an event, with the suppression and beside. */
function storyOf(event: string): string {
  return `jsonb_strip_nulls(jsonb_build_object('provider', ${event}.provider, 'event_id', ${event}.event_id,
    'kind', ${event}.kind, 'reason', ${event}.evidence ->> 'reason'))`;
}

/** A list of the evidence, or the one text that stands in its place in older rows. */
function textsOf(field: string): string {
  return `ARRAY(SELECT jsonb_array_elements_text(jsonb_path_query_array(f.evidence, '$.${field}[*]')))`;
}

/**
 * Finds whom evidence means that names no message, and keeps what they said last of being written to: who says STOP and
 * START has said what the vendor had last, in whatever order they are told and by how many workers at once; at the same
 * moment STOP counts.
 *
 * Not by e-mail, where anybody may write a bounce of anybody's address. A person is meant under all spellings of the
 * number and as whatever messages of the tenant were sent to whom the vendor gave that id. For the tenant of its
 * connection; by one of the installation for those who send from what was written to, and have sent to that person.
 *
 * `word` is null where nothing follows: something later was said, or it was known. $1 evidence
 */
export const TAKE_WORDS = `
  WITH fact AS MATERIALIZED (
    SELECT f.id AS fact, f.tenant_id AS told_to, f.channel, coalesce(f.evidence ->> 'scope', 'all') AS scope,
      ${HAPPENED_AT} AS at, known.addresses, known.addresses || (f.evidence ->> 'vendor_id') AS names,
      ${textsOf('written_to')} AS written_to, ${storyOf('f')} AS story,
      CASE WHEN f.kind = 'resubscribed' THEN 'start' WHEN f.evidence ->> 'suppress' = 'unsubscribe' THEN 'stop'
        ELSE 'other' END AS word
    FROM delivery_event f, LATERAL (
      SELECT array_remove((f.evidence ->> 'address') || ${textsOf('spellings')}, NULL) AS addresses) AS known
    WHERE f.id = ANY($1::uuid[]) AND f.channel <> 'email'
      AND (f.evidence ->> 'suppress' IS NOT NULL OR f.kind = 'resubscribed')
  ), named AS (
    SELECT f.*, whose.tenant_id, known.address, f.told_to IS NOT NULL OR EXISTS (
      SELECT FROM message m WHERE m.tenant_id = whose.tenant_id AND m.recipient = known.address
        AND m.channel = f.channel) AS is_known
    FROM fact f, LATERAL (
      SELECT f.told_to AS tenant_id WHERE f.told_to IS NOT NULL
      UNION
      SELECT s.tenant_id FROM sender s WHERE f.told_to IS NULL AND s.channel = f.channel
        AND s.address = ANY(f.written_to) AND s.verified_over <> 'tenant'
    ) AS whose, LATERAL (
      SELECT unnest(f.addresses) AS address
      UNION
      SELECT n.recipient FROM recipient_name n WHERE n.channel = f.channel AND n.vendor_id = ANY(f.names)
        AND n.tenant_id = whose.tenant_id
    ) AS known
  ), meant AS MATERIALIZED (
    SELECT * FROM (SELECT *, bool_or(is_known) OVER (PARTITION BY fact, tenant_id) AS is_meant FROM named) AS judged
    WHERE is_meant
  ), said AS (
    INSERT INTO opt_out_word AS w (tenant_id, channel, address, scope, word, at, delivery_event_id, evidence)
    SELECT DISTINCT ON (tenant_id, channel, address, scope) tenant_id, channel, address, scope, word, at, fact, story
    FROM meant WHERE word <> 'other' ORDER BY tenant_id, channel, address, scope, at DESC, word DESC
    ON CONFLICT (tenant_id, channel, address, scope) DO UPDATE
      SET word = excluded.word, at = excluded.at, delivery_event_id = excluded.delivery_event_id,
        evidence = excluded.evidence
      WHERE excluded.at > w.at OR (excluded.at = w.at AND excluded.word = 'stop' AND w.word = 'start')
    RETURNING tenant_id, address, delivery_event_id, word
  )
  SELECT m.fact, m.tenant_id AS "tenantId", m.address, CASE m.word WHEN 'other' THEN 'other' ELSE s.word END AS word,
    m.at
  FROM meant m
  LEFT JOIN ${expectMany('said')} AS s
    ON s.delivery_event_id = m.fact AND s.tenant_id = m.tenant_id AND s.address = m.address
  ORDER BY m.tenant_id, m.address`;

/** What is in its way stays as it is. $1 facts, $2 tenants, $3 addresses, $4 when each was said */
export const SUPPRESS = `
  INSERT INTO suppression (id, tenant_id, channel, address, reason, scope, evidence)
  SELECT ${SUPPRESSION_ID}, o.tenant_id, e.channel, o.address, e.suppress, ${scopeOf('e', 'NULL')},
    ${storyOf('e')} || jsonb_build_object('said_at', o.at)
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) AS o (fact, tenant_id, address, at)
  JOIN (SELECT *, evidence ->> 'suppress' AS suppress, evidence ->> 'scope' AS scope FROM delivery_event
    WHERE id = ANY($1::uuid[])) AS e
    ON e.id = o.fact
  ON CONFLICT DO NOTHING`;

/**
 * Lifts what the person's own STOP had made, or the vendor's refusal on its account. What the tenant itself entered
 * stays, with a key of its as evidence, and so does what has another reason. What was lifted is kept beside the word.
 * Parameters as above.
 */
export const LIFT = `
  WITH lifted AS (
    DELETE FROM suppression s
    USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) AS o (fact, tenant_id, address, at)
    JOIN delivery_event e ON e.id = o.fact AND e.id = ANY($1::uuid[])
    WHERE s.tenant_id = o.tenant_id AND s.channel = e.channel AND s.address = o.address AND s.reason = 'unsubscribe'
      AND (s.scope = e.evidence ->> 'scope' OR e.evidence ->> 'scope' IS NULL)
      AND NOT s.evidence ? 'key_prefix' AND coalesce((s.evidence ->> 'said_at')::timestamptz, s.created_at) <= o.at
    RETURNING o.fact, s.tenant_id, s.channel, s.address, s.evidence
  )
  UPDATE opt_out_word w SET evidence = w.evidence || jsonb_build_object('lifted', l.evidence)
  FROM lifted l WHERE w.tenant_id = l.tenant_id AND w.channel = l.channel AND w.address = l.address
    AND w.delivery_event_id = l.fact
  RETURNING w.tenant_id AS "tenantId"`;

/**
 * An opt-out that means nobody is parked, with the address it has: nobody may be written to for want of a look at it.
 * $1 evidence, $2 what of it means somebody
 */
export const CLOSE_ALONE = `
  UPDATE delivery_event e SET state = f.state, applied_at = CASE f.state WHEN 'applied' THEN now() END, run_at = NULL,
    error = CASE f.state WHEN 'parked' THEN '${NAMES_NOBODY}' END,
    evidence = CASE f.state WHEN 'parked' THEN e.evidence ELSE e.evidence - ${ADDRESSES} END
  FROM (
    SELECT id, CASE WHEN id = ANY($2::uuid[]) THEN 'applied'
      WHEN channel <> 'email' AND evidence ->> 'suppress' = 'unsubscribe' THEN 'parked' ELSE 'unmatched' END AS state
    FROM delivery_event WHERE id = ANY($1::uuid[])
  ) AS f
  WHERE e.id = ANY($1::uuid[]) AND e.id = f.id
  RETURNING e.id, e.state`;
