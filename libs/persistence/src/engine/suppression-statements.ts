import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { REFUSALS, SUPPRESSED_REASON } from '@outbell/shared/constants/suppression.js';
import { PreparedStatement } from '../statements.js';
import { dedupeKeyOfFallback } from './fallback-key.js';
import { move } from './move.js';
import { counts, rowNumber } from './transition-sql.js';

/** Whether suppression `p` of the address of message `m` holds for it. */
const HOLDS = `p.tenant_id = m.tenant_id AND p.channel = m.channel AND p.address = m.recipient
      AND (p.scope = 'all' OR (m.priority = ${PRIORITY_RANK.bulk} AND (p.scope = 'bulk' OR p.topic = m.topic)))`;

/**
 * Suppression `p` that holds for message `m`, of several the widest: `all`, `bulk`, `topic` is also the order of the
 * alphabet, and of the index.
 */
export const MET = `LATERAL (
    SELECT p.reason, p.scope, p.topic, p.created_at FROM suppression p
    WHERE ${HOLDS} ORDER BY p.scope LIMIT 1
  ) AS p ON true`;

/** Whether a person has refused message `m` at its address: looked up for each (OFFSET), never joined. */
export const REFUSED = `EXISTS (SELECT FROM suppression p WHERE ${HOLDS} AND p.reason IN ${listOf(REFUSALS)} OFFSET 0)`;

/** What a suppressed message says: `p.reason` in our words. */
const IN_OUR_WORDS = `CASE p.reason ${Object.entries(SUPPRESSED_REASON)
  .map(([reason, words]) => `WHEN '${reason}' THEN '${words}'`)
  .join(' ')} END`;

/**
 * Of the addresses ($1 tenants, $2 channels, $3 addresses), those with messages `m`. Whole histories are read: an index
 * of what waits would be written to with every step of every message.
 */
const MESSAGES_OF = `(SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS a (tenant_id, channel,
  address)) AS a
  JOIN message m ON m.tenant_id = a.tenant_id AND m.recipient = a.address AND m.channel = a.channel`;

/**
 * Takes out of everybody's hands what suppressions forbid and nobody has begun to send: whoever has claimed it finds
 * its fence gone. A claim that began before the suppression was committed either has the message by now, which is seen
 * here, or finds it gone; so this must be a statement of its own after that commit. What may have been sent before is
 * not called for again, and stays unknown.
 *
 * $4 how many at most
 */
export const STOP = new PreparedStatement<{ id: string }>(
  'suppression.stop',
  `WITH picked AS MATERIALIZED (
    SELECT m.id, m.status AS was, ${rowNumber('stop')} AS move, ${IN_OUR_WORDS} AS reason, p.scope, p.topic
    FROM ${MESSAGES_OF} JOIN ${MET}
    WHERE ${counts('stop')} ORDER BY m.id LIMIT $4 FOR UPDATE OF m
  ), ${move('stop', {
    ...{ row: 'p.move', reason: 'p.reason', seen: 'p.scope, p.topic' },
    detail: `jsonb_strip_nulls(jsonb_build_object('scope', scope, 'topic', topic, 'was', was))`,
  })}
  SELECT id FROM changed`,
);

/** Fallbacks of what was refused, by the message that has them. */
const OF_REFUSED = `refused AS MATERIALIZED (
    SELECT m.id FROM ${MESSAGES_OF} WHERE ${REFUSED}
  ), first AS MATERIALIZED (
    SELECT id FROM refused UNION
    SELECT f.message_id FROM message_fallback f WHERE f.fallback_message_id = ANY(ARRAY(SELECT id FROM refused))
  )`;

/**
 * Who says no on one channel is not asked on the next. One that is going is held until its worker has written down that
 * it went: see RECORD.
 */
export const CANCEL_FALLBACKS = `WITH ${OF_REFUSED}
  UPDATE message_fallback SET state = 'canceled', run_at = NULL, request = NULL
  WHERE state IN ('waiting', 'going') AND message_id = ANY(ARRAY(SELECT id FROM first))`;

/** Messages that stand in for `first` ones; also those whose worker died before it wrote down that they do. */
const FALLEN = `fallen AS MATERIALIZED (
    SELECT f.fallback_message_id AS id FROM message_fallback f
    WHERE f.message_id = ANY(ARRAY(SELECT id FROM first)) AND f.fallback_message_id IS NOT NULL
    UNION ALL
    SELECT d.message_id FROM message_fallback f CROSS JOIN (VALUES ('live'), ('test')) AS of (mode)
    JOIN message_dedupe d ON d.tenant_id = f.tenant_id AND d.dedupe_namespace = 'fallback'
      AND d.dedupe_key = ${dedupeKeyOfFallback('of.mode')}
    WHERE f.message_id = ANY(ARRAY(SELECT id FROM first)) AND f.state = 'canceled' AND f.fallback_message_id IS NULL
  )`;

/** Nor gets what was on its way there already. */
export const CANCEL_FALLEN = `WITH ${OF_REFUSED}, ${FALLEN}, picked AS MATERIALIZED (
    SELECT m.id, m.status AS was FROM message m
    WHERE m.id = ANY(ARRAY(SELECT id FROM fallen)) AND ${counts('refuse')}
    ORDER BY m.id FOR UPDATE
  ), ${move('refuse')}
  SELECT id FROM changed`;

/**
 * What suppressions forbid and was handed to a vendor before, or is about to be this moment; so too on other channels,
 * in its place.
 */
export const SENDING = `WITH ${OF_REFUSED}, ${FALLEN}
  SELECT m.id, m.fence FROM ${MESSAGES_OF} JOIN ${MET} WHERE m.status = 'sending' AND m.lease_until > now()
  UNION
  SELECT m.id, m.fence FROM message m
  WHERE m.id = ANY(ARRAY(SELECT id FROM fallen)) AND m.status = 'sending' AND m.lease_until > now()`;

/** Addresses of messages that suppress theirs. $1 ids, $2 and $3 their range */
export const ADDRESSES_OF_MESSAGES = `SELECT DISTINCT tenant_id AS "tenantId", channel, recipient AS address
  FROM message
  WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3`;

function listOf(words: readonly string[]): string {
  return `(${words.map((word) => `'${word}'`).join(', ')})`;
}
