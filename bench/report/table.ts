import type { Figure } from './figure.js';
import type { Judgement } from './targets.js';

/** The figures as a Markdown table: medians, the range over the rounds, CPU microseconds for one message by process. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.title,
    `${readable(figure.median)} ${figure.unit}`.trim(),
    figure.rounds > 1 ? `${readable(figure.min)} – ${readable(figure.max)}` : '',
    costOf(figure),
  ]);
  return markdownTable(['', 'median', 'min – max', 'CPU µs each'], rows);
}

/** What was aimed at, what it is, and whether that is enough. */
export function targetTable(judgements: readonly Judgement[]): string {
  const rows = judgements.map(({ title, atLeast, atMost, value, reached }) => [
    title,
    atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
    readable(value),
    reached ? 'reached' : 'not reached',
  ]);
  return markdownTable(['target', 'aim', 'here', ''], rows);
}

function costOf({ cpu = {} }: Figure): string {
  return Object.entries(cpu)
    .map(([process, cost]) => `${process} ${cost}`)
    .join(', ');
}

/** Columns padded, so that it reads as well on a terminal. */
function markdownTable(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** At least three digits that count, thousands apart. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
