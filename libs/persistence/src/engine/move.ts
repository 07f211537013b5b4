import { expectMany, schedule, recordEvents, unschedule } from './fragments.js';
import { changes, type Given, partOf } from './transition-sql.js';
import type { Trigger } from './transition.js';
import { transitionsOn } from './transitions.js';

interface Moved extends Given {
  /** Names of the CTEs, where a statement moves several things. Default: `picked`, `changed`. */
  from?: string;
  as?: string;
  /** SQL condition that bounds the ids of messages `m`, so that other partitions are left alone. */
  within?: string;
  /** More assignments than the table's. */
  set?: string;
  /** More columns of `picked` (as `p`) that the event's detail is made of. */
  seen?: string;
  /** The event's, made of `was` and what else was seen. */
  detail?: string;
  attempt?: string;
}

/**
 * Makes the CTEs of a transition that nobody but its own statement has in hand: what `picked` (`id`, `was`; locked)
 * holds is changed, leaves the schedule or gets a new place in it, and its event is appended. Gives what was changed as
 * `changed`.
 */
export function move(trigger: Trigger, moved: Moved = {}): string {
  const {
    from = 'picked',
    as = 'changed',
    within = 'true',
    set,
    seen,
    detail = `jsonb_build_object('was', was)`,
    attempt,
    ...given
  } = moved;
  const event = {
    type: partOf(trigger, ({ event }) => event, given.row && 'move'),
    reason: `coalesce(${partOf(trigger, ({ eventReason }) => eventReason, given.row && 'move')}, reason)`,
    detail,
    ...(attempt !== undefined && { attempt }),
  };
  return `${as} AS (
    UPDATE message m SET ${[changes(trigger, given), ...(set ? [set] : [])].join(', ')}
    FROM ${expectMany(from)} AS p WHERE m.id = ANY(ARRAY(SELECT id FROM ${from})) AND m.id = p.id AND ${within}
    RETURNING m.id, m.tenant_id, m.channel, m.priority, m.due_at, m.attempts, m.reason, m.listeners,
      p.was${given.row ? `, ${given.row} AS move` : ''}
      ${seen ? `, ${seen}` : ''}
  ), ${as}_rescheduled AS (${reschedule(trigger, as)}), ${recordEvents(`${as}_recorded`, as, event)}`;
}

/** All rows of the trigger do the same to the schedule. */
function reschedule(trigger: Trigger, changed: string): string {
  const [row, ...others] = transitionsOn(trigger);
  if (!row || others.some((other) => other.schedule !== row.schedule || other.isolate !== row.isolate))
    throw new Error(`rows of ${trigger} do different things to the schedule`);
  if (row.schedule === 'dropped') return unschedule(`SELECT id FROM ${changed}`);
  return schedule(changed, row.isolate ? { isolate: 'true' } : {});
}
