import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Fact, Transition, Trigger } from './transition.js';
import { transitionsOn } from './transitions.js';

/** SQL expressions of facts about message `m`. */
export type FactSql = Partial<Record<Fact, string>>;

const OF_THE_ROW: FactSql = {
  due: 'm.due_at <= now()',
  leaseRunning: 'm.lease_until > now()',
  leaseOver: 'm.lease_until <= now()',
  maybeSent: 'm.maybe_sent_at IS NOT NULL',
  lostWhileSending: `m.reason = 'worker_lost_while_sending'`,
};

/** Describes what happens; of several things that may, with the SQL condition of each. */
export type Happening = Trigger | Partial<Record<Trigger, string>>;

function rowsOf(happening: Happening): Transition[] {
  const triggers = typeof happening === 'string' ? [happening] : (Object.keys(happening) as Trigger[]);
  return triggers.flatMap(transitionsOn);
}

/** Says in SQL whether message `m` is in a state in which something counts. @param facts of what happens */
export function counts(happening: Happening, facts: FactSql = {}): string {
  return anyOf(rowsOf(happening).map((row) => conditionOf(row, facts, happening)));
}

/**
 * Says in SQL that one of several conditions holds. An OR would be taken apart: PostgreSQL multiplies what it expects
 * of each part, expects one row of a batch, and then reads the whole batch once for each of its messages.
 */
export function anyOf(conditions: string[]): string {
  const [first = 'false', ...others] = new Set(conditions);
  return others.length === 0 ? first : `CASE WHEN ${[first, ...others].join(' OR ')} THEN true ELSE false END`;
}

/** Says in SQL which row of the table counts for message `m`, as its place among those of the trigger. Null: none. */
export function rowNumber(happening: Happening, facts: FactSql = {}): string {
  const cases = rowsOf(happening).map((row, index) => `WHEN ${conditionOf(row, facts, happening)} THEN ${index}`);
  return `CASE ${cases.join(' ')} END`;
}

/** Describes what else an update needs to know of what happens, as SQL. */
export interface Given {
  /** Number of the row that counts; needed where a trigger has rows that write different things. */
  row?: string;
  /** Until when a lease that is taken runs. */
  leaseUntil?: string;
  /** The reason `as given`. */
  reason?: string;
  /** When it is due; needed where a row schedules it. */
  dueAt?: string;
  /** When the call began that may have sent it. */
  calledAt?: string;
}

/** The assignments of `UPDATE message m SET` for something that happens. */
export function changes(happening: Happening, given: Given = {}): string {
  const rows = rowsOf(happening);
  const assignments = Object.entries(COLUMNS).flatMap(([column, valueOf]) => {
    const values = rows.map((row) => valueOf(row, given) ?? `m.${column}`);
    return values.every((value) => value === `m.${column}`) ? [] : [`${column} = ${byRow(values, given.row)}`];
  });
  return [...assignments, 'updated_at = now()'].join(', ');
}

/** A part of the row that counts, as SQL: the same for all, or by the number of the row. */
export function partOf(
  happening: Happening,
  part: (row: Transition) => string | null | undefined,
  row?: string,
): string {
  return byRow(
    rowsOf(happening).map((transition) => literal(part(transition) ?? null)),
    row,
  );
}

/** Numbers of the rows that do something, as a list for `IN`; `NULL` where none does. */
export function rowsThat(happening: Happening, does: (row: Transition) => boolean): string {
  return `(${
    rowsOf(happening)
      .flatMap((row, index) => (does(row) ? [index] : []))
      .join(', ') || 'NULL'
  })`;
}

type Value = (row: Transition, given: Given) => string | undefined;

const COLUMNS: Record<string, Value> = {
  status: ({ to }) => literal(to),
  reason: ({ reason, unnamed }, given) => {
    if (reason === undefined) return undefined;
    if (reason !== 'as given') return literal(reason);
    return unnamed === undefined ? given.reason : `coalesce(${given.reason}, ${literal(unnamed)})`;
  },
  fence: ({ fence }) => fence && 'm.fence + 1',
  lease_until: ({ lease }, { leaseUntil }) => (lease === 'taken' ? leaseUntil : lease && 'NULL'),
  slot_until: ({ slot }) => slot && 'NULL',
  due_at: ({ schedule }, { dueAt }) => (schedule === 'now' ? 'now()' : dueAt),
  attempts: ({ attempt }) =>
    attempt === 'opened' ? 'm.attempts + 1' : attempt === 'taken back' ? 'm.attempts - 1' : undefined,
  lost_leases: ({ lostLeases }) => (lostLeases === 'counted' ? 'm.lost_leases + 1' : lostLeases && '0'),
  failovers: ({ failovers }) => (failovers === 'counted' ? 'm.failovers + 1' : failovers && '0'),
  tried_connection_ids: ({ tried }) => (tried === 'forgotten' ? 'NULL' : undefined),
  maybe_sent_at: ({ maybeSent }, { calledAt }) =>
    maybeSent === 'forgotten' ? 'NULL' : maybeSent && `coalesce(m.maybe_sent_at, ${calledAt})`,
};

/** Says in SQL whether message `m` is in the state, and all facts are as a row wants them. */
export function conditionOf(
  { on, from, when = {} }: Transition,
  facts: FactSql = {},
  happening: Happening = on,
): string {
  const known = { ...OF_THE_ROW, ...facts };
  const conditions = Object.entries(when).flatMap(([fact, so]) => {
    const sql = known[fact as Fact];
    if (sql === undefined) throw new Error(`nobody says how ${fact} is seen in SQL`);
    return so ? [sql] : [`NOT (${sql})`];
  });
  const own = typeof happening === 'string' ? undefined : happening[on];
  return [...(own === undefined ? [] : [own]), `m.status ${among(from)}`, ...conditions].join(' AND ');
}

function among(statuses: readonly MessageStatus[]): string {
  return statuses.length === 1 ? `= ${literal(statuses[0] ?? null)}` : `IN (${statuses.map(literal).join(', ')})`;
}

function byRow(values: string[], row: string | undefined): string {
  const [first = 'NULL', ...others] = [...new Set(values)];
  if (others.length === 0) return first;
  if (row === undefined) throw new Error('rows of one trigger write different things: say which row counts');
  const cases = values.map((value, index) => `WHEN ${index} THEN ${value}`);
  return `CASE ${row} ${cases.join(' ')} END`;
}

export function literal(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replaceAll(`'`, `''`)}'`;
}
