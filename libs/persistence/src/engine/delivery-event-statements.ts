import { takeDue } from './take-due.js';

/** What evidence keeps until it is applied, and no longer. */
export const ADDRESSES = `'{address,spellings,vendor_id,written_to}'::text[]`;

/** Why an opt-out is parked: shown by `outbell opt-out list`. */
export const NAMES_NOBODY = 'names nobody whom messages were sent to';

/** As `usualScope`, where nobody says more. Who leaves the topic of a message that has none leaves all bulk. */
export function scopeOf(fact: string, topic: string): string {
  return `CASE WHEN ${fact}.scope = 'topic' THEN CASE WHEN ${topic} IS NULL THEN 'bulk' ELSE 'topic' END
      ELSE coalesce(${fact}.scope, CASE WHEN ${fact}.channel = 'email'
        AND ${fact}.suppress = 'unsubscribe' THEN 'bulk' ELSE 'all' END) END`;
}

/**
 * Keeps the rows of `name` (channel, vendor_id, tenant_id, recipient); what is known is written again once a day at
 * most.
 */
export const KEEP_NAMES = `INSERT INTO recipient_name (channel, vendor_id, tenant_id, recipient)
    SELECT channel, vendor_id, tenant_id, recipient FROM name ORDER BY 1, 2, 3, 4
    ON CONFLICT (channel, vendor_id, tenant_id, recipient) DO UPDATE SET seen_on = excluded.seen_on
      WHERE recipient_name.seen_on < excluded.seen_on`;

/**
 * Has parked opt-outs looked at again that wait for one of the rows of `name`, those of the installation's connections
 * too. One that somebody else has in hand is left to them.
 */
export const LOOK_AGAIN = `UPDATE delivery_event SET state = 'new', error = NULL, run_at = now() WHERE id = ANY(ARRAY(
      SELECT e.id FROM delivery_event e JOIN name n ON n.channel = e.channel
        AND n.vendor_id IN (e.evidence ->> 'address', e.evidence ->> 'vendor_id')
      WHERE e.state = 'parked' AND e.kind = 'unsubscribed' AND (e.tenant_id = n.tenant_id OR e.tenant_id IS NULL)
      FOR UPDATE OF e SKIP LOCKED))`;

/**
 * Takes evidence that is due and finds the call it speaks of: by our id, if the message went by that connection, or by
 * the vendor's. What names a tenant and no connection may be of any of that tenant's connections to that provider. A
 * vendor's id that is not known yet may be that of the call under way, or of one that nobody heard of again. A mail
 * that came back may be of any connection that sends mail.
 *
 * $1 how many, $2 null, or the only ones to look at
 */
export const MATCH = match(false);

/** As MATCH, of the only ones; what others have in hand is waited for. */
export const MATCH_THESE = match(true);

function match(waits: boolean): string {
  return `
  WITH due AS MATERIALIZED (
    ${takeDue('delivery_event', { where: '($2::uuid[] IS NULL OR id = ANY($2::uuid[]))', waits })}
  )
  SELECT e.id, coalesce(ours.message_id, theirs.message_id) AS "messageId",
    coalesce(ours.number, theirs.number) AS number,
    e.message_id IS NULL AND e.provider_message_id IS NULL AS "namesNone",
      e.evidence ->> 'suppress' IS NOT NULL AS suppresses,
    coalesce((e.evidence ->> 'pauses_sender')::boolean, false) AS "pausesSender"
  FROM due e
  LEFT JOIN LATERAL (
    SELECT m.id AS message_id, call.number FROM message m, LATERAL (
      SELECT a.number, a.provider_message_id FROM message_attempt a
      WHERE a.message_id = e.message_id AND (a.connection_id = e.connection_id OR e.connection_id IS NULL)
      UNION ALL
      SELECT m.attempts, NULL WHERE m.status = 'sending'
        AND (m.connection_id = e.connection_id OR e.connection_id IS NULL)
    ) AS call
    WHERE m.id = e.message_id AND (m.tenant_id = e.tenant_id OR e.tenant_id IS NULL)
    ORDER BY (call.provider_message_id = e.provider_message_id) IS TRUE DESC, call.provider_message_id IS NULL DESC,
      call.number DESC
    LIMIT 1
  ) AS ours ON e.message_id IS NOT NULL
  LEFT JOIN LATERAL (
    SELECT a.message_id, a.number FROM message_attempt a
    WHERE ours.message_id IS NULL AND a.provider_message_id = e.provider_message_id
      AND a.connection_id = ANY(CASE WHEN e.connection_id IS NOT NULL THEN ARRAY[e.connection_id]
        ELSE ARRAY(SELECT c.id FROM connection c WHERE c.tenant_id = e.tenant_id
          AND (c.provider = e.provider OR (e.provider = 'bounce-mail' AND c.channel = 'email'))) END)
      AND (a.tenant_id = e.tenant_id OR e.tenant_id IS NULL)
    ORDER BY a.started_at DESC LIMIT 1
  ) AS theirs ON e.provider_message_id IS NOT NULL`;
}

/**
 * What vendors of other channels than mail say of our reputation is a word on our account, and pauses the sender at
 * once. Before any message is locked, as in a mark. $1 evidence, $2 its messages, $3 and $4 the range of $2
 */
export const PAUSE_SENDERS = `
  WITH fact AS MATERIALIZED (
    SELECT DISTINCT ON (m.sender_id) m.sender_id, m.tenant_id,
      e.provider || ': ' || coalesce(e.evidence ->> 'reason', e.kind) AS why
    FROM unnest($1::uuid[], $2::uuid[]) AS found (id, message_id)
    JOIN delivery_event e ON e.id = found.id AND (e.evidence ->> 'pauses_sender')::boolean
    JOIN message m ON m.id = found.message_id AND m.channel <> 'email'
    WHERE e.id = ANY($1::uuid[]) AND m.id = ANY($2::uuid[]) AND m.id BETWEEN $3 AND $4
    ORDER BY m.sender_id, e.at
  ), locked AS MATERIALIZED (
    SELECT id FROM sender WHERE id = ANY(ARRAY(SELECT sender_id FROM fact)) ORDER BY id FOR NO KEY UPDATE
  )
  UPDATE sender s SET status = 'paused', status_reason = f.why, updated_at = now()
  FROM fact f
  WHERE s.id = ANY(ARRAY(SELECT id FROM locked)) AND s.id = f.sender_id AND s.tenant_id = f.tenant_id
    AND s.status = 'verified'`;

/**
 * In order, as all who lock several. Whoever has one of them writes first what he has to. $1 ids, $2 and $3 their range
 */
export const LOCK = `SELECT id FROM message WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3 ORDER BY id FOR UPDATE`;

/**
 * The addresses that evidence has suppressed: of one fact there may be several, whose ids differ in their last part. $1
 * evidence
 */
export const SUPPRESSED_BY = `
  SELECT DISTINCT s.tenant_id AS "tenantId", s.channel, s.address FROM unnest($1::uuid[]) AS e (id)
  JOIN suppression s ON s.id BETWEEN overlay(e.id::text PLACING '0000000000' FROM 27)::uuid
    AND overlay(e.id::text PLACING 'ffffffffff' FROM 27)::uuid`;

/**
 * Evidence as a source tells it, in the words of the index: that finds nothing by `IS NOT DISTINCT FROM`. $1 provider,
 * $2 event ids, $3 fact ids, $4 tenant, $5 connection
 */
export function toldBy({ tenantId, connectionId }: { tenantId: string | null; connectionId: string | null }): string {
  return `SELECT id FROM delivery_event WHERE provider = $1 AND (event_id = ANY($2) OR fact_id = ANY($3))
    AND ${tenantId === null ? 'tenant_id IS NULL AND $4::uuid IS NULL' : 'tenant_id = $4::uuid'}
    AND ${connectionId === null ? 'connection_id IS NULL AND $5::uuid IS NULL' : 'connection_id = $5::uuid'}`;
}

/**
 * Its message may be one whose result is still to be written: it is looked for again, ever more seldom, and after `$2`
 * days no more. An opt-out is parked then. $1 evidence
 */
export const SEARCH_LATER = `
  UPDATE delivery_event e SET tries = tries + 1,
    state = CASE WHEN late AND kind = 'unsubscribed' THEN 'parked' ELSE 'unmatched' END,
    error = CASE WHEN late AND kind = 'unsubscribed' THEN '${NAMES_NOBODY}' END,
    run_at = CASE WHEN NOT late THEN now() + least(interval '2 s' * power(2, least(tries, 14)), interval '6 h') END,
    evidence = CASE WHEN late AND kind <> 'unsubscribed' THEN evidence - ${ADDRESSES} ELSE evidence END
  FROM (SELECT id, received_at <= now() - make_interval(days => $2) AS late FROM delivery_event
    WHERE id = ANY($1::uuid[])) AS age
  WHERE e.id = ANY($1::uuid[]) AND e.id = age.id`;

/** $1 what made a statement fail, $2 how, $3 after so many faults it is parked */
export const COUNT_FAULT = `
  UPDATE delivery_event SET faults = faults + 1, error = $2, state = CASE WHEN faults + 1 >= $3 THEN 'parked'
    ELSE state END,
    run_at = CASE WHEN faults + 1 < $3 THEN now() + interval '10 s' * power(3, faults) END
  WHERE id = $1`;
