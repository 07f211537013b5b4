// npm run prove: what Outbell does when something dies, beside a load, on this machine. See docs/proof.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLONE } from '../tools/servers/homes.mjs';
import { type Options, readOptions, USAGE } from './options.js';
import { plan } from './plan.js';
import { prove } from './proof.js';
import { writeFigures } from './report/figures.js';
import { writeReport } from './report/report.js';
import { summary } from './report/summary.js';
import { plainTable, seconds } from './report/table.js';
import type { RunResult } from './run.js';
import { SCENARIOS } from './scenarios.js';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => interrupted.abort());

const LOGS = path.join(CLONE, '.outbell', 'proof');

async function main(options: Options): Promise<number> {
  const { seed, quick, json, report } = options;
  const runs = plan(SCENARIOS, options);
  console.log(`seed ${seed}: ${runs.length} runs`);
  const began = performance.now();
  const results = await prove(runs, { seed, quick, signal: interrupted.signal, onResult: tell });
  const failed = results.filter(({ broken }) => broken.length > 0).length;
  const lines = summary(results);
  console.log(`\n${plainTable(lines)}\n\nAll of it took ${seconds(performance.now() - began)}.`);
  if (json !== undefined) writeFigures(json, options, results);
  if (report) writeReport(options, lines);
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed;
}

function tell(
  { run: { scenario, queue, round }, messages, unknown, recoveryMs, tookMs, broken }: RunResult,
  log: string,
): void {
  const name = `${scenario.name.padEnd(24)} ${queue.padEnd(10)} ${round}`;
  const recovered = recoveryMs === null ? '' : `, recovered after ${seconds(recoveryMs)}`;
  const counts = `${messages} messages, ${unknown} unknown${recovered}`;
  console.log(`${broken.length === 0 ? '✓' : '✗'} ${name}  ${counts} (${seconds(tookMs)})`);
  if (broken.length === 0) return;
  for (const sentence of broken.slice(0, 5)) console.log(`    ${sentence}`);
  if (broken.length > 5) console.log(`    and ${broken.length - 5} more`);
  const file = path.join(LOGS, `${scenario.name}-${queue}-${round}.log`);
  mkdirSync(LOGS, { recursive: true });
  writeFileSync(file, `${broken.join('\n')}\n\n${log}`);
  console.log(`    what the apps printed: ${path.relative(CLONE, file)}`);
}

/** @returns undefined after having said what is wrong with them */
function optionsGiven(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

const options = optionsGiven();
if (!options) process.exit(2);
if (options.list) {
  for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(26)} ${title}`);
  process.exit();
}
const failed = await main(options).catch((error: unknown) => {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
process.exit(failed > 0 ? 1 : 0); // pools of servers that were killed may still hold the process
