import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, type EntityManager } from 'typeorm';
import type { FallbackState } from '../entities/message-fallback.entity.js';
import { arrayOf, columnsOf, idRange } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { HOLD, LOCK, LOOK, type LookedAt, PUT_BACK, RECORD, TAKE } from './fallback-statements.js';

/** A fallback as the API shows it. */
export interface FallbackSeen {
  channel: Channel;
  state: FallbackState;
  /** Null until the one before it has gone. */
  dueAt: Date | null;
  messageId: string | null;
  errors: FieldError[] | null;
}

/** Describes what was answered to a fallback that was going. */
export interface Answered {
  fallback: LookedAt;
  /** Null: it was refused. */
  newId: string | null;
  errors: FieldError[] | null;
}

/**
 * Messages that go by another channel when the first was not delivered in time. Any number of workers may do it at
 * once.
 */
@Injectable()
export class FallbackRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Looks at those whose time may have come, and decides. What is `going` belongs to the caller for `holdMs`; should it
   * die, it is given out again.
   *
   * @param channels that this worker delivers
   */
  async look(limit: number, channels: Channel[], holdMs: number): Promise<LookedAt[]> {
    // Together: what is decided and not held could be claimed, and both would go.
    return this.dataSource.transaction(async (tx) => {
      const due = await TAKE.run(tx, [limit, channels]);
      if (due.length === 0) return [];
      const looked = await LOOK.run(tx, [...columnsOf(due, 'messageId', 'position').map(arrayOf), holdMs]);
      // Longer than the row itself: whoever takes it up finds them held.
      const going = looked.filter(({ verdict }) => verdict === 'going');
      const taken = await hold(tx, going, 2 * holdMs);
      if (taken.size === 0) return looked;
      await tx.query(PUT_BACK, columnsOf([...taken], 'messageId', 'position'));
      return looked.map((one) => (taken.has(one) ? { ...one, verdict: 'waiting' as const } : one));
    });
  }

  /** Writes down what became of those that were going, all or none. */
  async record(answered: Answered[]): Promise<void> {
    if (answered.length === 0) return;
    const earlier = answered.flatMap(({ fallback, newId: made }) => (made === null ? [] : fallback.earlier)).sort();
    const own = answered.flatMap(({ newId: made }) => made ?? []);
    const range = earlier.length > 0 ? idRange(earlier) : [null, null];
    await this.dataSource.transaction(async (tx) => {
      const locked = [...earlier, ...own].sort();
      if (locked.length > 0) await tx.query(LOCK, [locked, ...idRange(locked)]);
      await tx.query(RECORD, [
        answered.map(({ fallback }) => fallback.messageId),
        answered.map(({ fallback }) => fallback.position),
        arrayOf(answered.map(({ newId: made }) => made)),
        answered.map(({ errors }) => errors && JSON.stringify(errors)),
        answered.map(() => newId()),
        earlier,
        ...range,
      ]);
    });
  }
}

/**
 * Has what still waits be claimed by nobody while its fallback is accepted.
 *
 * @returns those of which a message was claimed meanwhile
 */
async function hold(tx: EntityManager, going: LookedAt[], forMs: number): Promise<Set<LookedAt>> {
  const queued = going.flatMap((fallback) => fallback.queued ?? []);
  if (queued.length === 0) return new Set();
  const rows = await tx.query<{ id: string }[]>(HOLD, [queued, ...idRange(queued), forMs]);
  const held = new Set(rows.map(({ id }) => id));
  return new Set(going.filter((one) => !one.takenUp && one.queued?.some((id) => !held.has(id))));
}

/** The fallbacks of a message, and the message it is one of. */
export async function seeFallbacks(
  db: DataSource,
  tenantId: string,
  id: string,
): Promise<{ fallbacks: FallbackSeen[]; fallbackOf: string | null }> {
  const rows = await db.query<(FallbackSeen & { of: string })[]>(
    `SELECT message_id AS of, channel, state, due_at AS "dueAt", fallback_message_id AS "messageId", errors
      FROM message_fallback
     WHERE tenant_id = $1 AND (message_id = $2 OR fallback_message_id = $2) ORDER BY position`,
    [tenantId, id],
  );
  return {
    fallbacks: rows.filter(({ of }) => of === id).map(({ of: _, ...seen }) => seen),
    fallbackOf: rows.find(({ of }) => of !== id)?.of ?? null,
  };
}
