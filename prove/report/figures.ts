import { writeFileSync } from 'node:fs';
import type { Options } from '../options.js';
import type { RunResult } from '../run.js';

/** Writes what each run came to as JSON: times in ms. */
export function writeFigures(file: string, { seed, quick, rounds }: Options, results: readonly RunResult[]): void {
  const runs = results.map(({ run: { scenario, queue, round }, ...figures }) => ({
    scenario: scenario.name,
    queue,
    round,
    ...figures,
  }));
  const failed = runs.filter(({ broken }) => broken.length > 0).length;
  const all = { seed, quick, rounds, passed: runs.length - failed, failed, runs };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}
