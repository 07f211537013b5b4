import { Injectable } from '@nestjs/common';
import { nextWait, type RetryPolicy } from '@outbell/planning/retry-policy.js';
import { DataSource, type EntityManager } from 'typeorm';
import { arrayOf, idRange, PreparedStatement } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { move } from './move.js';
import { counts } from './transition-sql.js';

/**
 * `pending`: it is not known yet what becomes of it · `resting`: unknown, and a late word may still come · `over`: not
 * sent again.
 */
export interface Resend {
  messageId: string;
  verdict: 'pending' | 'resting' | 'again' | 'over';
}

/**
 * A message that is to be sent again should it end unknown; all null once retention has taken it away. Times by the
 * database's clock.
 */
interface Candidate {
  messageId: string;
  status: 'queued' | 'processing' | 'sending' | 'unknown' | 'ended' | null;
  fence: number;
  attempts: number;
  failovers: number;
  attemptLimit: number | null;
  /** A vendor took a repeat under our key, or the message has expired: nothing more can be known, or is wanted. */
  isOver: boolean;
  /** What another channel does about it. */
  fallback: 'going' | 'gone' | null;
  /** Since it was changed, in ms. */
  restedMs: number;
  /** Until it is due, in ms; negative when it was. */
  dueInMs: number;
}

/** When a candidate is looked at next, in ms from now; null: never. */
type Judged = Resend & { fence: number; runInMs: number | null };

// $1 how many
const LOOK = new PreparedStatement<Candidate>(
  'resend.look',
  `WITH looked AS MATERIALIZED (
    SELECT * FROM message_resend WHERE run_at <= now() ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  SELECT l.message_id AS "messageId", m.fence, m.attempts, m.failovers, m.attempt_limit AS "attemptLimit", later.fallback,
    CASE WHEN m.status IN ('queued', 'processing', 'sending', 'unknown') OR m.status IS NULL THEN m.status ELSE 'ended' END AS status,
    coalesce(m.maybe_sent_at IS NOT NULL OR m.expires_at <= now(), false) AS "isOver",
    (extract(epoch FROM now() - m.updated_at) * 1000)::float8 AS "restedMs",
    (extract(epoch FROM m.due_at - now()) * 1000)::float8 AS "dueInMs"
  FROM looked l
  LEFT JOIN LATERAL (
    SELECT tenant_id, status, fence, attempts, failovers, attempt_limit, maybe_sent_at, expires_at, due_at, updated_at
    FROM message WHERE id = l.message_id LIMIT 1
  ) AS m ON m.tenant_id = l.tenant_id
  LEFT JOIN LATERAL (
    SELECT min(f.state) AS fallback FROM (
      SELECT l.message_id, -1 AS position
      UNION ALL SELECT own.message_id, own.position FROM message_fallback own WHERE own.fallback_message_id = l.message_id
    ) AS place JOIN message_fallback f ON f.message_id = place.message_id AND f.position > place.position
      AND f.state IN ('going', 'gone')
  ) AS later ON true`,
);

// A result or a word that has come between is seen by the fence and the status; who has one in hand this moment is not
// waited for.
//
// $1 ids, $2 fences, $3 and $4 the range of $1
const AGAIN = new PreparedStatement<{ id: string }>(
  'resend.again',
  `WITH picked AS MATERIALIZED (
    SELECT m.id, m.status AS was FROM unnest($1::uuid[], $2::int[]) AS j (id, fence) JOIN message m ON m.id = j.id AND m.fence = j.fence
    WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND ${counts('resend')} FOR UPDATE OF m SKIP LOCKED
  ), ${move('resend', { within: 'm.id BETWEEN $3 AND $4', attempt: 'attempts' })}
  SELECT id FROM changed`,
);

/** $1 messages, $2 in how many ms they are looked at again */
const LATER = new PreparedStatement(
  'resend.later',
  `UPDATE message_resend r SET run_at = now() + j.run_in_ms * interval '1 ms'
  FROM unnest($1::uuid[], $2::float8[]) AS j (message_id, run_in_ms)
  WHERE r.message_id = ANY($1::uuid[]) AND r.message_id = j.message_id`,
);

const SECOND_MS = 1_000;

/** Messages that are sent again should nobody know whether they were. Any number of workers may do it at once. */
@Injectable()
export class ResendRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** Looks at those whose time may have come, and queues what is to be sent again, with its event. */
  run(limit: number, policy: RetryPolicy): Promise<Resend[]> {
    return this.dataSource.transaction(async (tx) => {
      const looked = (await LOOK.run(tx, [limit])).map((candidate) => judge(candidate, policy));
      if (looked.length === 0) return [];
      const sent = await sendAgain(
        tx,
        looked.filter(({ verdict }) => verdict === 'again'),
      );
      await LATER.run(tx, [
        arrayOf(looked.map(({ messageId }) => messageId)),
        arrayOf(looked.map(({ runInMs }) => runInMs)),
      ]);
      return looked.map(({ messageId, verdict }) => {
        return { messageId, verdict: verdict === 'again' && !sent.has(messageId) ? 'pending' : verdict };
      });
    });
  }
}

/**
 * Decides whether a message is sent again. That is a retry, and counts as one; none is made of what another channel has
 * taken over, nor of what a vendor takes repeats of under our key: of those the repeats have said what can be known.
 * Before it goes it rests for as long as a retry waits, for late words to come.
 */
function judge(candidate: Candidate, policy: RetryPolicy): Judged {
  const { messageId, status, fence, attempts, failovers, attemptLimit, isOver, fallback, restedMs, dueInMs } =
    candidate;
  const judged = (verdict: Resend['verdict'], runInMs: number | null) => ({ messageId, fence, verdict, runInMs });
  const soon = dueInMs > 0 ? dueInMs + SECOND_MS : Math.max(SECOND_MS, -dueInMs / 8);
  if (status === 'queued' || status === 'processing' || status === 'sending') return judged('pending', soon);
  const wait = nextWait(policy, attempts - failovers, attemptLimit ?? policy.attempts, undefined, () =>
    chanceOf(messageId),
  );
  if (status !== 'unknown' || isOver || wait === null || fallback === 'gone') return judged('over', null);
  if (fallback === 'going') return judged('pending', soon);
  return restedMs < wait ? judged('resting', wait - restedMs) : judged('again', SECOND_MS);
}

/** From 0 to 1, the same whenever it is asked for: its wait is drawn once. The end of a UUIDv7 is random. */
function chanceOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) / 2 ** 32;
}

/** @returns the ids of those that were queued */
async function sendAgain(tx: EntityManager, again: Judged[]): Promise<Set<string>> {
  if (again.length === 0) return new Set();
  const ids = again.map(({ messageId }) => messageId);
  const rows = await AGAIN.run(tx, [arrayOf(ids), arrayOf(again.map(({ fence }) => fence)), ...idRange(ids)]);
  return new Set(rows.map(({ id }) => id));
}

/** When it is looked at next whether a message is to be sent again; null: that was not asked for. */
export async function seeResend(db: DataSource, tenantId: string, id: string): Promise<{ lookAt: Date | null } | null> {
  const [row] = await db.query<{ lookAt: Date | null }[]>(
    `SELECT run_at AS "lookAt" FROM message_resend WHERE tenant_id = $1 AND message_id = $2`,
    [tenantId, id],
  );
  return row ?? null;
}
