/** As `RECEIPTS` of libs/planning: test/message-machine.spec.ts holds the two against each other. */
const RANKS = `'{sent,failed,delivered,bounced,complained}'::text[]`;

/** What evidence keeps until it is applied, and no longer. */
export const ADDRESSES = `'{address,spellings,vendor_id,written_to}'::text[]`;

/** Why an opt-out is parked: shown by `outbell opt-out list`. */
export const NAMES_NOBODY = 'names nobody whom messages were sent to';

/** What a message that a vendor gave up says where the vendor does not say why. */
const NO_REASON = `CASE s.receipt WHEN 'failed' THEN 'given_up' WHEN 'bounced' THEN 'came_back' WHEN 'complained' THEN 'called_unwanted' END`;

/** As `usualScope`, where nobody says more. Who leaves the topic of a message that has none leaves all bulk. */
export function scopeOf(fact: string, topic: string): string {
  return `CASE WHEN ${fact}.scope = 'topic' THEN CASE WHEN ${topic} IS NULL THEN 'bulk' ELSE 'topic' END
      ELSE coalesce(${fact}.scope, CASE WHEN ${fact}.channel = 'email' AND ${fact}.suppress = 'unsubscribe' THEN 'bulk' ELSE 'all' END) END`;
}

/**
 * When it happened. Many vendors name whole seconds: of what came within that second, its coming is the better word, for the second began
 * before we called.
 */
export const HAPPENED_AT = `CASE WHEN f.at = date_trunc('second', f.at) AND f.received_at - f.at BETWEEN '0' AND '1 second' THEN f.received_at
  ELSE coalesce(f.at, f.received_at) END`;

/** A bounce of mail names whom it came back from. */
const OF_ANOTHER_ADDRESS = `(e.kind = 'bounced' AND m.channel = 'email' AND coalesce(lower(e.evidence ->> 'address') <> lower(m.recipient), false))`;

/** Keeps the rows of `name` (channel, vendor_id, tenant_id, recipient); what is known is written again once a day at most. */
export const KEEP_NAMES = `
    INSERT INTO recipient_name (channel, vendor_id, tenant_id, recipient)
    SELECT channel, vendor_id, tenant_id, recipient FROM name ORDER BY 1, 2, 3, 4
    ON CONFLICT (channel, vendor_id, tenant_id, recipient) DO UPDATE SET seen_on = excluded.seen_on
      WHERE recipient_name.seen_on < excluded.seen_on`;

/**
 * Has parked opt-outs looked at again that wait for one of the rows of `name`, those of the installation's connections too. One that somebody
 * else has in hand is left to them.
 */
export const LOOK_AGAIN = `
    UPDATE delivery_event SET state = 'new', error = NULL, run_at = now() WHERE id = ANY(ARRAY(
      SELECT e.id FROM delivery_event e JOIN name n ON n.channel = e.channel
        AND n.vendor_id IN (e.evidence ->> 'address', e.evidence ->> 'vendor_id')
      WHERE e.state = 'parked' AND e.kind = 'unsubscribed' AND (e.tenant_id = n.tenant_id OR e.tenant_id IS NULL)
      FOR UPDATE OF e SKIP LOCKED))`;

/**
 * Takes evidence that is due and finds the call it speaks of: by our id, if the message went by that connection, or by the vendor's. What
 * names a tenant and no connection may be of any of that tenant's connections to that provider. A vendor's id that is not known yet may be
 * that of the call under way, or of one that nobody heard of again. A mail that came back may be of any connection that sends mail.
 *
 * $1 how many, $2 null, or the only ones to look at
 */
export const MATCH = match('SKIP LOCKED');

/** As MATCH, of the only ones; what others have in hand is waited for. */
export const MATCH_THESE = match('');

function match(others: 'SKIP LOCKED' | ''): string {
  return `
  WITH due AS MATERIALIZED (
    SELECT * FROM delivery_event WHERE run_at <= now() AND ($2::uuid[] IS NULL OR id = ANY($2::uuid[]))
    ORDER BY run_at LIMIT $1 FOR UPDATE ${others}
  )
  SELECT e.id, coalesce(ours.message_id, theirs.message_id) AS "messageId", coalesce(ours.number, theirs.number) AS number,
    e.message_id IS NULL AND e.provider_message_id IS NULL AS "namesNone", e.evidence ->> 'suppress' IS NOT NULL AS suppresses,
    coalesce((e.evidence ->> 'pauses_sender')::boolean, false) AS "pausesSender"
  FROM due e
  LEFT JOIN LATERAL (
    SELECT m.id AS message_id, call.number FROM message m, LATERAL (
      SELECT a.number, a.provider_message_id FROM message_attempt a
      WHERE a.message_id = e.message_id AND (a.connection_id = e.connection_id OR e.connection_id IS NULL)
      UNION ALL
      SELECT m.attempts, NULL WHERE m.status = 'sending' AND (m.connection_id = e.connection_id OR e.connection_id IS NULL)
    ) AS call
    WHERE m.id = e.message_id AND (m.tenant_id = e.tenant_id OR e.tenant_id IS NULL)
    ORDER BY (call.provider_message_id = e.provider_message_id) IS TRUE DESC, call.provider_message_id IS NULL DESC, call.number DESC
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
 * What vendors of other channels than mail say of our reputation is a word on our account, and pauses the sender at once. Before any message
 * is locked, as in a mark. $1 evidence, $2 its messages, $3 and $4 the range of $2
 */
export const PAUSE_SENDERS = `
  WITH fact AS MATERIALIZED (
    SELECT DISTINCT ON (m.sender_id) m.sender_id, m.tenant_id, e.provider || ': ' || coalesce(e.evidence ->> 'reason', e.kind) AS why
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
  WHERE s.id = ANY(ARRAY(SELECT id FROM locked)) AND s.id = f.sender_id AND s.tenant_id = f.tenant_id AND s.status = 'verified'`;

/** In order, as all who lock several. Whoever has one of them writes first what he has to. $1 ids, $2 and $3 their range */
export const LOCK = `SELECT id FROM message WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3 ORDER BY id FOR UPDATE`;

/**
 * Does what evidence asks for, to messages that are locked. Of several words on one call the strongest counts, and none that is weaker than
 * what is known. Mail that a recipient's server refuses for our reputation is a report of its domain alone. What was counted as taken and has
 * failed, or bounced for good, counts for the tenant's failures. A mail that bounced from another address than ours, as of a list's member or
 * an alias, says nothing of ours: it suppresses nobody. A call that is still under way is written down as ended here: its own result comes
 * late then. Fallbacks of what is given up are looked at now. Where WhatsApp calls the recipient otherwise than the tenant does, that is kept:
 * who answers is named so.
 *
 * $1 evidence, $2 its messages, $3 the numbers of their attempts, $4 and $5 the range of $2
 */
export const APPLY = `
  WITH held AS MATERIALIZED (
    SELECT * FROM message WHERE id = ANY($2::uuid[]) AND id BETWEEN $4 AND $5
  ), fact AS MATERIALIZED (
    SELECT e.id, e.provider, e.event_id, e.kind, e.at, e.received_at, e.provider_message_id, found.message_id, found.number,
      e.evidence ->> 'receipt' AS receipt, array_position(${RANKS}, e.evidence ->> 'receipt') AS rank, e.evidence ->> 'reason' AS reason,
      CASE WHEN NOT ${OF_ANOTHER_ADDRESS} THEN e.evidence ->> 'suppress' END AS suppress, e.evidence ->> 'scope' AS scope, e.channel,
      (e.evidence ->> 'pauses_sender')::boolean AS pauses_sender, nullif(e.evidence -> 'detail', 'null') AS detail,
      e.evidence ->> 'address' AS address, e.evidence ->> 'vendor_id' AS vendor_id
    FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS found (id, message_id, number)
    JOIN delivery_event e ON e.id = found.id AND e.id = ANY($1::uuid[])
    LEFT JOIN held m ON m.id = found.message_id
  ), strongest AS MATERIALIZED (
    SELECT DISTINCT ON (m.id) m.id, m.status AS was, f.receipt, f.reason, f.provider_message_id, f.suppress
    FROM fact f JOIN held m ON m.id = f.message_id AND m.attempts = f.number
    WHERE CASE f.receipt WHEN 'failed' THEN m.status IN ('sending', 'sent', 'unknown')
      ELSE f.rank > coalesce(array_position(${RANKS}, m.status), 0) END
    ORDER BY m.id, f.rank DESC, f.at
  ), changed AS (
    UPDATE message m SET status = s.receipt, lease_until = NULL, maybe_sent_at = NULL, updated_at = now(),
      reason = CASE WHEN s.receipt NOT IN ('sent', 'delivered') THEN coalesce(s.reason, ${NO_REASON}) END,
      provider_message_id = coalesce(m.provider_message_id, s.provider_message_id)
    FROM strongest s
    WHERE m.id = ANY($2::uuid[]) AND m.id BETWEEN $4 AND $5 AND m.id = s.id
    RETURNING m.id
  ), ended AS (
    INSERT INTO message_attempt (message_id, number, tenant_id, fence, connection_id, provider, started_at, ended_at, outcome, reason,
      provider_message_id)
    SELECT m.id, m.attempts, m.tenant_id, m.fence, m.connection_id, m.provider, m.updated_at, now(),
      CASE s.receipt WHEN 'failed' THEN 'rejected' ELSE 'sent' END, CASE s.receipt WHEN 'failed' THEN coalesce(s.reason, ${NO_REASON}) END,
      s.provider_message_id
    FROM strongest s JOIN held m ON m.id = s.id
    WHERE s.was = 'sending'
  ), said AS (
    SELECT DISTINCT ON (message_id, number) message_id, number, receipt, reason, provider_message_id
    FROM fact ORDER BY message_id, number, rank DESC
  ), resolved AS (
    UPDATE message_attempt a SET outcome = CASE s.receipt WHEN 'failed' THEN 'rejected' ELSE 'sent' END,
      reason = CASE s.receipt WHEN 'failed' THEN coalesce(s.reason, ${NO_REASON}) END,
      provider_message_id = coalesce(a.provider_message_id, s.provider_message_id)
    FROM said s
    WHERE a.message_id = ANY($2::uuid[]) AND a.message_id BETWEEN $4 AND $5 AND a.message_id = s.message_id AND a.number = s.number
      AND a.outcome = 'unknown'
  ), counted AS (
    INSERT INTO tenant_outcome AS o (tenant_id, at, ended, failed)
    SELECT m.tenant_id, date_bin('5 min', now(), '2026-01-01'), 0, count(*)
    FROM strongest s JOIN held m ON m.id = s.id
    WHERE s.was <> 'sending' AND (s.receipt = 'failed' OR (s.receipt = 'bounced' AND s.suppress IS NOT NULL))
    GROUP BY m.tenant_id ORDER BY m.tenant_id
    ON CONFLICT (tenant_id, at) DO UPDATE SET failed = o.failed + excluded.failed
  ), done AS (
    DELETE FROM message_schedule WHERE message_id = ANY(ARRAY(SELECT id FROM changed))
  ), given_up AS (
    SELECT id FROM strongest WHERE receipt IN ('failed', 'bounced')
  ), falling AS (
    UPDATE message_fallback SET run_at = now()
    WHERE state = 'waiting' AND run_at > now() AND message_id = ANY(ARRAY(SELECT id FROM given_up
      UNION ALL SELECT message_id FROM message_fallback WHERE fallback_message_id = ANY(ARRAY(SELECT id FROM given_up))))
  ), told AS (
    INSERT INTO message_event (message_id, id, tenant_id, type, at, attempt, reason, detail)
    SELECT m.id, f.id, m.tenant_id, f.kind, greatest(m.created_at, least(${HAPPENED_AT}, now())), f.number, f.reason, f.detail
    FROM fact f JOIN held m ON m.id = f.message_id
    WHERE f.kind <> 'sent' OR EXISTS (SELECT FROM strongest s WHERE s.id = m.id AND s.receipt = 'sent')
  ), suppressed AS (
    INSERT INTO suppression (id, tenant_id, channel, address, reason, scope, topic, evidence)
    SELECT f.id, m.tenant_id, m.channel, m.recipient, f.suppress, ${scopeOf('f', 'm.topic')},
      CASE WHEN f.scope = 'topic' THEN m.topic END, jsonb_strip_nulls(jsonb_build_object('message_id', m.id,
      'provider', f.provider, 'event_id', f.event_id, 'kind', f.kind, 'reason', f.reason, 'detail', f.detail))
    FROM fact f JOIN held m ON m.id = f.message_id WHERE f.suppress IS NOT NULL
    ON CONFLICT DO NOTHING
  ), name AS MATERIALIZED (
    SELECT DISTINCT m.channel, n.vendor_id, m.tenant_id, m.recipient
    FROM fact f JOIN held m ON m.id = f.message_id, unnest(ARRAY[f.address, f.vendor_id]) AS n (vendor_id)
    WHERE m.channel = 'whatsapp' AND n.vendor_id <> m.recipient
  ), named AS (${KEEP_NAMES}
  ), again AS (${LOOK_AGAIN}
  ), reported AS (
    INSERT INTO sender_report AS r (sender_id, domain, tenant_id, provider, reason, reported_at)
    SELECT DISTINCT ON (1, 2) m.sender_id, lower(split_part(m.recipient, '@', -1)), m.tenant_id, f.provider, coalesce(f.reason, f.kind), now()
    FROM fact f JOIN held m ON m.id = f.message_id WHERE f.pauses_sender AND m.channel = 'email' ORDER BY 1, 2
    ON CONFLICT (sender_id, domain) DO UPDATE SET provider = excluded.provider, reason = excluded.reason, reported_at = now()
  )
  UPDATE delivery_event e SET state = 'applied', applied_at = now(), run_at = NULL, error = NULL, message_id = f.message_id,
    evidence = e.evidence - ${ADDRESSES}
  FROM fact f JOIN held m ON m.id = f.message_id WHERE e.id = ANY($1::uuid[]) AND e.id = f.id
  RETURNING e.id`;

/**
 * The addresses that evidence has suppressed: of one fact there may be several, whose ids differ in their last part. $1 evidence
 */
export const SUPPRESSED_BY = `
  SELECT DISTINCT s.tenant_id AS "tenantId", s.channel, s.address FROM unnest($1::uuid[]) AS e (id)
  JOIN suppression s ON s.id BETWEEN overlay(e.id::text PLACING '000000000000' FROM 25)::uuid
    AND overlay(e.id::text PLACING 'ffffffffffff' FROM 25)::uuid`;

/**
 * Evidence as a source tells it, in the words of the index: that finds nothing by `IS NOT DISTINCT FROM`. $1 provider, $2 event ids, $3 fact ids,
 * $4 tenant, $5 connection
 */
export function toldBy({ tenantId, connectionId }: { tenantId: string | null; connectionId: string | null }): string {
  return `SELECT id FROM delivery_event WHERE provider = $1 AND (event_id = ANY($2) OR fact_id = ANY($3)) AND ${tenantId === null ? 'tenant_id IS NULL AND $4::uuid IS NULL' : 'tenant_id = $4::uuid'}
    AND ${connectionId === null ? 'connection_id IS NULL AND $5::uuid IS NULL' : 'connection_id = $5::uuid'}`;
}

/**
 * Its message may be one whose result is still to be written: it is looked for again, ever more seldom, and after `$2` days no more. An
 * opt-out is parked then. $1 evidence
 */
export const PUT_OFF = `
  UPDATE delivery_event e SET tries = tries + 1,
    state = CASE WHEN late AND kind = 'unsubscribed' THEN 'parked' ELSE 'unmatched' END,
    error = CASE WHEN late AND kind = 'unsubscribed' THEN '${NAMES_NOBODY}' END,
    run_at = CASE WHEN NOT late THEN now() + least(interval '2 s' * power(2, least(tries, 14)), interval '6 h') END,
    evidence = CASE WHEN late AND kind <> 'unsubscribed' THEN evidence - ${ADDRESSES} ELSE evidence END
  FROM (SELECT id, received_at <= now() - make_interval(days => $2) AS late FROM delivery_event WHERE id = ANY($1::uuid[])) AS age
  WHERE e.id = ANY($1::uuid[]) AND e.id = age.id`;

/** $1 what made a statement fail, $2 how, $3 after so many faults it is parked */
export const PUT_ASIDE = `
  UPDATE delivery_event SET faults = faults + 1, error = $2, state = CASE WHEN faults + 1 >= $3 THEN 'parked' ELSE state END,
    run_at = CASE WHEN faults + 1 < $3 THEN now() + interval '10 s' * power(3, faults) END
  WHERE id = $1`;
