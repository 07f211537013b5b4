import { RECEIPTS } from '@outbell/planning/receipts.js';
import { ADDRESSES, KEEP_NAMES, LOOK_AGAIN, scopeOf } from './delivery-event-statements.js';
import { closeAttempt, expectMany, suppress, recordEvents, unschedule } from './fragments.js';
import { appendOutbox } from './outbox/append-outbox.js';
import { SENDER_REPORTS } from './outbox/sender-reports.subscriber.js';
import { TENANT_FAILURES } from './outbox/tenant-failures.subscriber.js';
import { changes, counts, partOf, rowNumber, rowsThat } from './transition-sql.js';

const RANKS = `'{${RECEIPTS.join(',')}}'::text[]`;

/** What a vendor tells of attempt `number` of message `m`. */
const RECEIPT = Object.fromEntries(
  RECEIPTS.map((receipt) => [`receipt ${receipt}` as const, `m.receipt = '${receipt}'`]),
);
const FACTS = { latestAttempt: 'm.attempts = m.number' };

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

/** The message's row, and what is told of it. Row by row: PostgreSQL cannot know how many there are. */
const FACT = `SELECT m.*, found.number, e.id AS fact_id, e.provider AS told_by, e.event_id, e.kind, e.at, e.received_at,
      e.provider_message_id AS vendor_message_id, e.evidence ->> 'receipt' AS receipt,
      array_position(${RANKS}, e.evidence ->> 'receipt') AS rank, e.evidence ->> 'reason' AS said,
      CASE WHEN NOT ${OF_ANOTHER_ADDRESS} THEN e.evidence ->> 'suppress' END AS suppress,
      e.evidence ->> 'scope' AS scope, (e.evidence ->> 'pauses_sender')::boolean AS pauses_sender,
      nullif(e.evidence -> 'detail', 'null') AS detail, e.evidence ->> 'address' AS address,
      e.evidence ->> 'vendor_id' AS vendor_id
    FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS found (id, message_id, number),
      LATERAL (SELECT * FROM delivery_event WHERE id = found.id LIMIT 1) AS e,
      LATERAL (SELECT * FROM message WHERE id = found.message_id LIMIT 1) AS m`;

/** What a vendor's word makes of the call it speaks of. */
const OUTCOME = `CASE receipt WHEN 'failed' THEN 'rejected' ELSE 'sent' END`;
const UNNAMED = partOf({ 'receipt failed': '' }, ({ unnamed }) => unnamed);
const REASON = `CASE receipt WHEN 'failed' THEN coalesce(said, ${UNNAMED}) END`;

/** A call that is still under way has ended here: its own result comes late then. */
const UNDER_WAY = `strongest WHERE status = 'sending'
  AND move IN ${rowsThat(RECEIPT, ({ attempt }) => attempt === 'closed')}`;
const ATTEMPT = {
  ...{ number: 'attempts', started_at: 'updated_at' },
  ...{ outcome: OUTCOME, reason: REASON, provider_message_id: 'vendor_message_id' },
};

/** Attempts of which nobody knew. */
const RESOLVED = `UPDATE message_attempt a SET outcome = ${OUTCOME}, reason = ${REASON},
      provider_message_id = coalesce(a.provider_message_id, s.vendor_message_id)
    FROM (
      SELECT DISTINCT ON (id, number) id, number, receipt, said, vendor_message_id FROM ${expectMany('fact')}
      ORDER BY id, number, rank DESC
    ) AS s
    WHERE a.message_id = ANY($2::uuid[]) AND a.message_id BETWEEN $4 AND $5 AND a.message_id = s.id
      AND a.number = s.number AND a.outcome = 'unknown'`;

const HAPPENED = `(
      SELECT id, fact_id, tenant_id, kind, greatest(created_at, least(${HAPPENED_AT}, now())) AS at, number, said,
        detail, listeners
      FROM fact f WHERE kind <> 'sent' OR id IN (SELECT id FROM strongest WHERE receipt = 'sent')
    ) AS happened`;
const EVENT = { event_id: 'fact_id', type: 'kind', at: 'at', attempt: 'number', reason: 'said', detail: 'detail' };

/** Who hears of any message that this is said of: what was counted as taken has failed; a server refuses the sender. */
const CONCERNED = `array_remove(ARRAY[
      CASE WHEN status <> 'sending' AND (receipt = 'failed' OR (receipt = 'bounced' AND suppress IS NOT NULL))
        AND fact_id IN (SELECT fact_id FROM strongest) THEN '${TENANT_FAILURES.name}' END,
      CASE WHEN pauses_sender AND channel = 'email' THEN '${SENDER_REPORTS.name}' END], NULL)`;
const REPUTATION = `(
      SELECT id, tenant_id, kind, number, said, told_by, ${CONCERNED} AS listeners
      FROM fact WHERE receipt IN ('failed', 'bounced') OR pauses_sender
    ) AS word`;
const WORD = { type: 'kind', attempt: 'number', reason: 'said', detail: `jsonb_build_object('told_by', told_by)` };

const SUPPRESSING = `(
      SELECT fact_id, tenant_id, channel, recipient, suppress, ${scopeOf('f', 'f.topic')} AS kept_scope,
        CASE WHEN scope = 'topic' THEN topic END AS topic,
        jsonb_strip_nulls(jsonb_build_object('message_id', id, 'provider', told_by, 'event_id', event_id, 'kind', kind,
          'reason', said, 'detail', detail)) AS evidence
      FROM fact f WHERE suppress IS NOT NULL
    ) AS refusal`;
const SUPPRESSION = { id: 'fact_id', reason: 'suppress', scope: 'kept_scope', topic: 'topic', evidence: 'evidence' };

const NAMES = `SELECT DISTINCT f.channel, n.vendor_id, f.tenant_id, f.recipient
    FROM fact f, unnest(ARRAY[f.address, f.vendor_id]) AS n (vendor_id)
    WHERE f.channel = 'whatsapp' AND n.vendor_id <> f.recipient`;

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
  WITH fact AS MATERIALIZED (${FACT}), strongest AS MATERIALIZED (
    SELECT DISTINCT ON (m.id) m.*, ${rowNumber(RECEIPT, FACTS)} AS move
    FROM fact m WHERE ${counts(RECEIPT, FACTS)} ORDER BY m.id, m.rank DESC, m.at
  ), changed AS (
    UPDATE message m SET ${changes(RECEIPT, { row: 's.move', reason: 's.said' })},
      provider_message_id = coalesce(m.provider_message_id, s.vendor_message_id)
    FROM ${expectMany('strongest')} AS s
    WHERE m.id = ANY($2::uuid[]) AND m.id BETWEEN $4 AND $5 AND m.id = s.id
    RETURNING m.id
  ), ended AS (${closeAttempt(UNDER_WAY, ATTEMPT)}), resolved AS (${RESOLVED}),
  done AS (${unschedule('SELECT id FROM changed')}),
  ${recordEvents('recorded', HAPPENED, EVENT)}, reputation AS (${appendOutbox(REPUTATION, WORD)}),
  suppressed AS (${suppress(SUPPRESSING, SUPPRESSION)}),
  name AS MATERIALIZED (${NAMES}), named AS (${KEEP_NAMES}), again AS (${LOOK_AGAIN})
  UPDATE delivery_event e SET state = 'applied', applied_at = now(), run_at = NULL, error = NULL, message_id = f.id,
    evidence = e.evidence - ${ADDRESSES}
  FROM ${expectMany('fact')} AS f WHERE e.id = ANY($1::uuid[]) AND e.id = f.fact_id
  RETURNING e.id`;
