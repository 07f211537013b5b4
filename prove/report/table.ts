import type { Line } from './summary.js';

const HEAD = [
  'scenario',
  'queue',
  'runs',
  'messages',
  'lost',
  'sent twice',
  'unknown',
  'recovered after (median, max)',
];

/** The cells of the table, its head first. @param name what is told of a scenario */
export function cells(lines: readonly Line[], name: (line: Line) => string): string[][] {
  return [
    HEAD,
    ...lines.map((line) => [
      name(line),
      line.queue,
      line.failed > 0 ? `${line.runs} (${line.failed} FAILED)` : String(line.runs),
      ...[line.messages, line.lost, line.sentTwice, line.unknown].map((count) => count.toLocaleString('en')),
      line.recovery ? `${seconds(line.recovery.median)}, ${seconds(line.recovery.max)}` : '–',
    ]),
  ];
}

/** For a terminal. */
export function plainTable(lines: readonly Line[]): string {
  const rows = cells(lines, ({ scenario }) => scenario.name);
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
