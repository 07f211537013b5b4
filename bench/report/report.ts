import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLONE } from '../../tools/servers/homes.mjs';
import { type Bar, barChart } from './bar-chart.js';
import type { Figure } from './figure.js';
import type { Machine } from './machine.js';
import { figureTable, targetTable } from './table.js';
import { judge } from './targets.js';

/** All that one run found out: what `--json` writes. */
export interface Report {
  /** ISO 8601, UTC. */
  at: string;
  machine: Machine;
  /** As it was started. */
  arguments: string[];
  sections: { title: string; figures: Figure[] }[];
}

/** The figures and what they say of the targets, as Markdown. */
export function asMarkdown({ sections }: Report): string {
  const tables = sections.map(({ title, figures }) => `### ${title}\n\n${figureTable(figures)}\n`);
  const judged = targetTable(judge(allOf(sections)));
  return `${tables.join('\n')}\n### Targets\n\n${judged}\n`;
}

/** With the judgements, so that a reader of the file need not know the targets. */
export function asJson(report: Report): string {
  return `${JSON.stringify({ ...report, targets: judge(allOf(report.sections)) }, null, 2)}\n`;
}

/** docs/performance-figures.md and docs/performance.svg. */
export function writeDocs(report: Report): void {
  const { machine, at } = report;
  const command = ['npm run bench', ...(report.arguments.length > 0 ? ['--', ...report.arguments] : [])].join(' ');
  const page = `# Figures of one run

Written by \`${command}\` on ${at.slice(0, 10)}: ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB,
Node ${machine.node}, PostgreSQL ${machine.postgres}, Redis ${machine.redis}, all on this machine.
What each line is and how it is measured: [performance.md](performance.md).
Medians and ranges over the rounds; ratios are those of medians.

![Messages a second](performance.svg)

${asMarkdown(report)}`;
  writeFileSync(path.join(CLONE, 'docs', 'performance-figures.md'), page);
  writeFileSync(
    path.join(CLONE, 'docs', 'performance.svg'),
    barChart('Messages (jobs) a second, on one machine', barsOf(report)),
  );
}

function barsOf({ sections }: Report): Bar[] {
  return allOf(sections)
    .filter(({ unit, name }) => unit === 'messages/s' && !name.startsWith('growth'))
    .map(({ title, median, min, max }) => ({
      label: title,
      value: median,
      min,
      max,
      ours: title.startsWith('Outbell'),
    }))
    .sort((a, b) => b.value - a.value);
}

function allOf(sections: Report['sections']): Figure[] {
  return sections.flatMap(({ figures }) => figures);
}
