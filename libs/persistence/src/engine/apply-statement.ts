import { RECEIPTS } from '@outbell/planning/receipts.js';
import { ADDRESSES, KEEP_NAMES, LOOK_AGAIN, scopeOf } from './delivery-event-statements.js';
import { closeAttempt, suppress, tell, unschedule } from './fragments.js';
import { appendOutbox } from './outbox/append-outbox.js';
import { SENDER_REPORTS } from './outbox/sender-reports.subscriber.js';
import { TENANT_FAILURES } from './outbox/tenant-failures.subscriber.js';
import { changes, counts, partOf, rowNumber, rowsThat } from './transition-sql.js';

const RANKS = `'{${RECEIPTS.join(',')}}'::text[]`;

/** A vendor's word `f` (receipt, number) on an attempt of message `m`. */
const RECEIPT = Object.fromEntries(
  RECEIPTS.map((receipt) => [`receipt ${receipt}` as const, `f.receipt = '${receipt}'`]),
);
const FACTS = { latestAttempt: 'm.attempts = f.number' };

/**
 * When it happened. Many vendors name whole seconds: of what came within that second, its coming is the better word,
 * for the second began before we called.
 */
export const HAPPENED_AT = `CASE WHEN f.at = date_trunc('second', f.at) AND f.received_at - f.at BETWEEN '0'
  AND '1 second' THEN f.received_at
  ELSE coalesce(f.at, f.received_at) END`;

/** A bounce of mail names whom it came back from. */
const OF_ANOTHER_ADDRESS = `(e.kind = 'bounced' AND m.channel = 'email'
  AND coalesce(lower(e.evidence ->> 'address') <> lower(m.recipient), false))`;

const FACT = `SELECT e.id, e.provider, e.event_id, e.kind, e.at, e.received_at, e.provider_message_id, found.message_id,
  found.number,
      e.evidence ->> 'receipt' AS receipt, array_position(${RANKS}, e.evidence ->> 'receipt') AS rank,
      e.evidence ->> 'reason' AS reason, CASE WHEN NOT ${OF_ANOTHER_ADDRESS}
        THEN e.evidence ->> 'suppress' END AS suppress,
      e.evidence ->> 'scope' AS scope, e.channel, (e.evidence ->> 'pauses_sender')::boolean AS pauses_sender,
      nullif(e.evidence -> 'detail', 'null') AS detail, e.evidence ->> 'address' AS address,
        e.evidence ->> 'vendor_id' AS vendor_id
    FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS found (id, message_id, number)
    JOIN delivery_event e ON e.id = found.id AND e.id = ANY($1::uuid[])
    LEFT JOIN held m ON m.id = found.message_id`;

/** What a vendor's word makes of the call it speaks of. */
const OUTCOME = `CASE receipt WHEN 'failed' THEN 'rejected' ELSE 'sent' END`;
const UNNAMED = partOf({ 'receipt failed': '' }, ({ unnamed }) => unnamed);
const REASON = `CASE receipt WHEN 'failed' THEN coalesce(said, ${UNNAMED}) END`;

/** A call that is still under way has ended here: its own result comes late then. */
const UNDER_WAY = `strongest WHERE was = 'sending'
  AND move IN ${rowsThat(RECEIPT, ({ attempt }) => attempt === 'closed')}`;
const ATTEMPT = {
  ...{ number: 'attempts', started_at: 'updated_at' },
  ...{ outcome: OUTCOME, reason: REASON, provider_message_id: 'vendor_id' },
};

/** Attempts of which nobody knew. */
const RESOLVED = `UPDATE message_attempt a SET outcome = ${OUTCOME}, reason = ${REASON},
      provider_message_id = coalesce(a.provider_message_id, s.vendor_id)
    FROM (
      SELECT DISTINCT ON (message_id, number) message_id, number, receipt, reason AS said,
        provider_message_id AS vendor_id
      FROM fact ORDER BY message_id, number, rank DESC
    ) AS s
    WHERE a.message_id = ANY($2::uuid[]) AND a.message_id BETWEEN $4 AND $5 AND a.message_id = s.message_id
      AND a.number = s.number AND a.outcome = 'unknown'`;

const TOLD = `(
      SELECT m.id, f.id AS event_id, m.tenant_id, f.kind, greatest(m.created_at, least(${HAPPENED_AT}, now())) AS at,
        f.number,
        f.reason, f.detail, m.listeners
      FROM fact f JOIN held m ON m.id = f.message_id
      WHERE f.kind <> 'sent' OR EXISTS (SELECT FROM strongest s WHERE s.id = m.id AND s.receipt = 'sent')
    ) AS told`;
const EVENT = { event_id: 'event_id', type: 'kind', at: 'at', attempt: 'number', reason: 'reason', detail: 'detail' };

/** Who hears of any message that this is said of: what was counted as taken has failed; a server refuses the sender. */
const CONCERNED = `array_remove(ARRAY[
      CASE WHEN s.was <> 'sending' AND (s.receipt = 'failed' OR (s.receipt = 'bounced' AND s.suppress IS NOT NULL))
        THEN '${TENANT_FAILURES.name}' END,
      CASE WHEN f.pauses_sender AND m.channel = 'email' THEN '${SENDER_REPORTS.name}' END], NULL)`;
const REPUTATION = `(
      SELECT m.id, m.tenant_id, f.kind, f.number, f.reason, f.provider, ${CONCERNED} AS listeners
      FROM fact f JOIN held m ON m.id = f.message_id LEFT JOIN strongest s ON s.fact_id = f.id
      WHERE f.receipt IN ('failed', 'bounced') OR f.pauses_sender
    ) AS word`;
const WORD = { type: 'kind', attempt: 'number', reason: 'reason', detail: `jsonb_build_object('told_by', provider)` };

const SUPPRESSING = `(
      SELECT f.id, m.tenant_id, m.channel, m.recipient, f.suppress, ${scopeOf('f', 'm.topic')} AS scope,
        CASE WHEN f.scope = 'topic' THEN m.topic END AS topic,
        jsonb_strip_nulls(jsonb_build_object('message_id', m.id, 'provider', f.provider, 'event_id', f.event_id, 'kind',
          f.kind,
          'reason', f.reason, 'detail', f.detail)) AS evidence
      FROM fact f JOIN held m ON m.id = f.message_id WHERE f.suppress IS NOT NULL
    ) AS refusal`;
const SUPPRESSION = { id: 'id', reason: 'suppress', scope: 'scope', topic: 'topic', evidence: 'evidence' };

const NAMES = `SELECT DISTINCT m.channel, n.vendor_id, m.tenant_id, m.recipient
    FROM fact f JOIN held m ON m.id = f.message_id, unnest(ARRAY[f.address, f.vendor_id]) AS n (vendor_id)
    WHERE m.channel = 'whatsapp' AND n.vendor_id <> m.recipient`;

/**
 * Does what evidence asks for, to messages that are locked. Of several words on one call the strongest counts, and none
 * that is weaker than what is known. Mail that a recipient's server refuses for our reputation is a report of its
 * domain alone. What was counted as taken and has failed, or bounced for good, counts for the tenant's failures. A mail
 * that bounced from another address than ours, as of a list's member or an alias, says nothing of ours: it suppresses
 * nobody. A call that is still under way is written down as ended here: its own result comes late then. Where WhatsApp
 * calls the recipient otherwise than the tenant does, that is kept: who answers is named so.
 *
 * $1 evidence, $2 its messages, $3 the numbers of their attempts, $4 and $5 the range of $2
 */
export const APPLY = `
  WITH held AS MATERIALIZED (
    SELECT * FROM message WHERE id = ANY($2::uuid[]) AND id BETWEEN $4 AND $5
  ), fact AS MATERIALIZED (${FACT}), strongest AS MATERIALIZED (
    SELECT DISTINCT ON (m.id) m.*, m.status AS was, ${rowNumber(RECEIPT, FACTS)} AS move, f.id AS fact_id, f.receipt,
      f.reason AS said, f.provider_message_id AS vendor_id, f.suppress
    FROM fact f JOIN held m ON m.id = f.message_id WHERE ${counts(RECEIPT, FACTS)}
    ORDER BY m.id, f.rank DESC, f.at
  ), changed AS (
    UPDATE message m SET ${changes(RECEIPT, { row: 's.move', reason: 's.said' })},
      provider_message_id = coalesce(m.provider_message_id, s.vendor_id)
    FROM strongest s
    WHERE m.id = ANY($2::uuid[]) AND m.id BETWEEN $4 AND $5 AND m.id = s.id
    RETURNING m.id
  ),
  ended AS (${closeAttempt(UNDER_WAY, ATTEMPT)}), resolved AS (${RESOLVED}),
    done AS (${unschedule('SELECT id FROM changed')}),
  ${tell('told', TOLD, EVENT)}, reputation AS (${appendOutbox(REPUTATION, WORD)}),
  suppressed AS (${suppress(SUPPRESSING, SUPPRESSION)}),
  name AS MATERIALIZED (${NAMES}), named AS (${KEEP_NAMES}), again AS (${LOOK_AGAIN})
  UPDATE delivery_event e SET state = 'applied', applied_at = now(), run_at = NULL, error = NULL,
    message_id = f.message_id,
    evidence = e.evidence - ${ADDRESSES}
  FROM fact f JOIN held m ON m.id = f.message_id WHERE e.id = ANY($1::uuid[]) AND e.id = f.id
  RETURNING e.id`;
