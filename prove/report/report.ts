import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { databaseUser, CLONE } from '../../tools/servers/homes.mjs';
import { postgresBinaries } from '../../tools/servers/postgres-binaries.mjs';
import { INVARIANTS } from '../invariants.js';
import type { Options } from '../options.js';
import type { Line } from './summary.js';
import { cells } from './table.js';

/** Writes docs/proof.md: what was played, and what it came to. */
export function writeReport(options: Options, lines: readonly Line[]): void {
  const text = [HEAD, howPlayed(options, lines), 'After each run:\n', ...promises(), '', markdown(lines), ''].join(
    '\n',
  );
  writeFileSync(path.join(CLONE, 'docs', 'proof.md'), text);
}

const HEAD = `# What happens when something dies

Written by \`npm run prove\`, which anyone can run. Every run has an API, two or more workers, PostgreSQL (durable, as
in production), a queue and a vendor, each a process of its own. A customer sends single messages and batches through
the HTTP API, and asks again under the same key when it gets no answer. Then one fault strikes, at a moment drawn from
the seed. The vendor writes each call down, synced to the disk, before it answers; at the end its ledger, the database
and the 202s are held against each other. A run in which the fault did not strike fails.
`;

function howPlayed({ seed, quick, rounds }: Options, lines: readonly Line[]): string {
  const runs = lines.reduce((sum, line) => sum + line.runs, 0);
  const failed = lines.reduce((sum, line) => sum + line.failed, 0);
  const messages = lines.reduce((sum, line) => sum + line.messages, 0).toLocaleString('en');
  const length = quick ? '--quick' : `${rounds} of each on either queue`;
  return `**${runs - failed} of ${runs} runs passed, ${messages} messages.** Seed ${seed}, ${length}
(\`npm run prove -- --seed ${seed}\` draws the same moments). ${versions()}.
`;
}

function versions(): string {
  const { version } = JSON.parse(readFileSync(path.join(CLONE, 'package.json'), 'utf8')) as { version: string };
  const postgres = ask(postgresBinaries(databaseUser(), () => undefined).postgres, /\d+\.\d+/);
  const redis = ask('redis-server', /\d+\.\d+\.\d+/);
  const node = process.versions.node;
  return `Outbell ${version}, Node ${node}, PostgreSQL ${postgres}, Redis ${redis}, ${availableParallelism()} cores`;
}

function ask(command: string, version: RegExp): string {
  return version.exec(spawnSync(command, ['--version'], { cwd: '/', encoding: 'utf8' }).stdout)?.[0] ?? '?';
}

function promises(): string[] {
  return [
    ...INVARIANTS.map(({ promise }) => `- ${promise};`),
    '- of `unknown` and `failed` there are no more than the fault explains.',
  ];
}

function markdown(lines: readonly Line[]): string {
  const [head = [], ...rows] = cells(lines, ({ scenario }) => scenario.title);
  const row = (texts: string[]) => `| ${texts.join(' | ')} |`;
  return `## Runs

*unknown*: nobody can know whether the vendor has it, and it is not sent again by us. *recovered after*: from the end
of the fault until the last message that was accepted before it had come to its end; leases here last 3 s and a call
to the vendor 4 s at most (30 s each by default).

${[row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')}`;
}
