import { conditionOf, literal } from './transition-sql.js';
import type { Transition } from './transition.js';
import { RESULT_KINDS, transitionsOn } from './transitions.js';

/** Facts that the row knows and who looked the result up does not. */
const ROW_FACTS = {
  latestAttempt: 'm.attempts = s.attempt',
  lostWhileSending: `m.reason = 'worker_lost_while_sending'`,
};

/** Says in SQL whether result `s` (outcome, attempt) counts for message `m`. */
export function resultCounts(): string {
  const kinds = new Map<string, string[]>();
  for (const kind of RESULT_KINDS) {
    const conditions = new Set(transitionsOn(`result ${kind}`).map((row) => conditionOf(ofTheRow(row), ROW_FACTS)));
    const condition = [...conditions].join(' OR ');
    kinds.set(condition, [...(kinds.get(condition) ?? []), kind]);
  }
  const cases = [...kinds].map(
    ([condition, of]) => `WHEN s.outcome IN (${of.map(literal).join(', ')}) THEN ${condition}`,
  );
  return `CASE ${cases.join(' ')} ELSE false END`;
}

function ofTheRow({ when, ...row }: Transition): Transition {
  const { latestAttempt, lostWhileSending } = when ?? {};
  return { ...row, when: { ...(latestAttempt && { latestAttempt }), ...(lostWhileSending && { lostWhileSending }) } };
}

/**
 * Says in SQL whether result `s` (outcome, event, reason) leads to a row of the table that does something.
 *
 * @param s its alias, with a dot
 */
export function resultThat(does: (row: Transition) => boolean, s = 's.'): string {
  const whole: string[] = [];
  const parts: string[] = [];
  for (const kind of RESULT_KINDS) {
    const rows = transitionsOn(`result ${kind}`);
    const doing = rows.filter(does);
    if (doing.length === rows.length) whole.push(kind);
    else if (doing.length > 0) parts.push(`${s}outcome = '${kind}' AND ${toldApart(doing, rows, s)}`);
  }
  if (whole.length > 0) parts.unshift(`${s}outcome IN (${whole.map(literal).join(', ')})`);
  return `(${parts.join(' OR ') || 'false'})`;
}

/** By their events, or else by the reason. */
function toldApart(doing: Transition[], rows: Transition[], s: string): string {
  const events = new Set(doing.map(({ event }) => event));
  const others = rows.filter((row) => !doing.includes(row));
  if (!others.some(({ event }) => events.has(event))) return `${s}event IN (${[...events].map(literal).join(', ')})`;
  return doing.map(({ when }) => `(${s}reason = 'all_routes_down') = ${String(when?.routesDown)}`).join(' OR ');
}
