import { Injectable } from '@nestjs/common';
import { nextWait, type RetryPolicy } from '@outbell/planning/retry-policy.js';
import { DataSource, type EntityManager } from 'typeorm';
import { arrayOf, columnsOf, idRange, PreparedStatement } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { expectMany } from './fragments.js';
import { move } from './move.js';
import { counts } from './transition-sql.js';
import { takeDue } from './take-due.js';

/**
 * `pending`: another channel, or somebody, has it in hand · `resting`: a late word may still come · `over`: not sent
 * again.
 */
export interface Resend {
  messageId: string;
  verdict: 'pending' | 'resting' | 'again' | 'over';
}

/**
 * A message that ended unknown, and is to be sent again then; all null once retention has taken it away. Times by the
 * database's clock.
 */
interface Candidate {
  messageId: string;
  fence: number;
  attempts: number;
  failovers: number;
  attemptLimit: number | null;
  /**
   * It is not unknown any more, a vendor took a repeat under our key, or it has expired: nothing more can be known, or
   * is wanted.
   */
  isOver: boolean;
  /** What another channel does about it. */
  fallback: 'going' | 'gone' | null;
  /** Since it was changed, in ms. */
  restedMs: number;
}

/** When a candidate is looked at next, in ms from now; null: never, unless it ends unknown again. */
type Judged = Resend & { fence: number; runInMs: number | null };

/**
 * Takes those whose time has come. LOOK is a statement of its own after it: what has become of their messages until
 * they were locked is seen by it. $1 how many
 */
const TAKE = new PreparedStatement<{ messageId: string }>(
  'resend.take',
  takeDue('message_resend', { columns: 'message_id AS "messageId"' }),
);

// $1 messages that TAKE has locked
const LOOK = new PreparedStatement<Candidate>(
  'resend.look',
  `SELECT l.message_id AS "messageId", m.fence, m.attempts, m.failovers, m.attempt_limit AS "attemptLimit",
    later.fallback,
    coalesce(m.status <> 'unknown' OR m.maybe_sent_at IS NOT NULL OR m.expires_at <= now(), m.id IS NULL) AS "isOver",
    (extract(epoch FROM now() - m.updated_at) * 1000)::float8 AS "restedMs"
  FROM message_resend l
  LEFT JOIN LATERAL (
    SELECT id, tenant_id, status, fence, attempts, failovers, attempt_limit, maybe_sent_at, expires_at, updated_at
    FROM message WHERE id = l.message_id LIMIT 1
  ) AS m ON m.tenant_id = l.tenant_id
  LEFT JOIN LATERAL (
    SELECT min(f.state) AS fallback FROM (
      SELECT l.message_id, -1 AS position
      UNION ALL SELECT own.message_id, own.position FROM message_fallback own
        WHERE own.fallback_message_id = l.message_id
    ) AS place JOIN message_fallback f ON f.message_id = place.message_id AND f.position > place.position
      AND f.state IN ('going', 'gone')
  ) AS later ON true
  WHERE l.message_id = ANY($1::uuid[])`,
);

// A result or a word that has come between is seen by the fence and the status; who has one in hand this moment is not
// waited for.
//
// $1 ids, $2 fences, $3 and $4 the range of $1
const AGAIN = new PreparedStatement<{ id: string }>(
  'resend.again',
  `WITH picked AS MATERIALIZED (
    SELECT m.id, m.status AS was FROM unnest($1::uuid[], $2::int[]) AS j (id, fence) JOIN message m ON m.id = j.id
      AND m.fence = j.fence
    WHERE m.id = ANY($1::uuid[]) AND m.id BETWEEN $3 AND $4 AND ${counts('resend')} FOR UPDATE OF m SKIP LOCKED
  ), ${move('resend', { within: 'm.id BETWEEN $3 AND $4', attempt: 'attempts' })}
  SELECT id FROM changed`,
);

/** $1 messages, $2 in how many ms they are looked at again; null: not again */
const CLOSE = new PreparedStatement(
  'resend.close',
  `WITH judged AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::float8[]) AS j (message_id, run_in_ms)
  ), over AS (
    DELETE FROM message_resend WHERE message_id = ANY(ARRAY(SELECT message_id FROM judged WHERE run_in_ms IS NULL))
  )
  UPDATE message_resend r SET run_at = now() + j.run_in_ms * interval '1 ms'
  FROM ${expectMany('judged')} AS j
  WHERE r.message_id = ANY($1::uuid[]) AND r.message_id = j.message_id AND j.run_in_ms IS NOT NULL`,
);

const SECOND_MS = 1_000;

/** Messages that are sent again should nobody know whether they were. Any number of workers may do it at once. */
@Injectable()
export class ResendRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** Looks at those whose time has come, and queues what is to be sent again, with its event. */
  run(limit: number, policy: RetryPolicy): Promise<Resend[]> {
    return this.dataSource.transaction(async (tx) => {
      const due = await TAKE.run(tx, [limit]);
      if (due.length === 0) return [];
      const candidates = await LOOK.run(tx, [arrayOf(due.map(({ messageId }) => messageId))]);
      const judged = await sendAgain(
        tx,
        candidates.map((candidate) => judge(candidate, policy)),
      );
      await CLOSE.run(tx, columnsOf(judged, 'messageId', 'runInMs').map(arrayOf));
      return judged.map(({ messageId, verdict }) => ({ messageId, verdict }));
    });
  }
}

/**
 * Decides whether a message is sent again. That is a retry, and counts as one; none is made of what another channel has
 * taken over, nor of what a vendor takes repeats of under our key: of those the repeats have said what can be known.
 * Before it goes it rests for as long as a retry waits, for late words to come.
 */
function judge(candidate: Candidate, policy: RetryPolicy): Judged {
  const { messageId, fence, attempts, failovers, attemptLimit, isOver, fallback, restedMs } = candidate;
  const judged = (verdict: Resend['verdict'], runInMs: number | null) => ({ messageId, fence, verdict, runInMs });
  const wait = nextWait(policy, attempts - failovers, attemptLimit ?? policy.attempts, undefined, () =>
    chanceOf(messageId),
  );
  if (isOver || wait === null || fallback === 'gone') return judged('over', null);
  if (fallback === 'going') return judged('pending', SECOND_MS);
  return restedMs < wait ? judged('resting', wait - restedMs) : judged('again', null);
}

/** From 0 to 1, the same whenever it is asked for: its wait is drawn once. The end of a UUIDv7 is random. */
function chanceOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) / 2 ** 32;
}

/** Queues those that are to be sent again; who was in somebody's hands just then is looked at again soon. */
async function sendAgain(tx: EntityManager, judged: Judged[]): Promise<Judged[]> {
  const again = judged.filter(({ verdict }) => verdict === 'again');
  if (again.length === 0) return judged;
  const ids = again.map(({ messageId }) => messageId);
  const rows = await AGAIN.run(tx, [...columnsOf(again, 'messageId', 'fence').map(arrayOf), ...idRange(ids)]);
  const sent = new Set(rows.map(({ id }) => id));
  return judged.map((one) =>
    one.verdict === 'again' && !sent.has(one.messageId) ? { ...one, verdict: 'pending', runInMs: SECOND_MS } : one,
  );
}

/** When it is looked at next whether an unknown message is sent again; null: it is not sent again. */
export async function resendLookAt(db: DataSource, tenantId: string, id: string): Promise<Date | null> {
  const [row] = await db.query<{ lookAt: Date }[]>(
    `SELECT run_at AS "lookAt" FROM message_resend WHERE tenant_id = $1 AND message_id = $2`,
    [tenantId, id],
  );
  return row?.lookAt ?? null;
}
