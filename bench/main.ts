// npm run bench: how fast Outbell is, beside what people would use instead, on this machine and in one run. See
// docs/performance.md.
import { writeFileSync } from 'node:fs';
import { Bench } from './harness/bench.js';
import { wantedOf } from './harness/section.js';
import { type Options, readOptions, USAGE } from './options.js';
import { lookAtMachine } from './report/machine.js';
import { asJson, asMarkdown, type Report, writeDocs } from './report/report.js';
import { SECTIONS } from './sections.js';

const say = (line: string) => console.log(line);

function list(): void {
  for (const { name, title, measures } of SECTIONS) say(`${name.padEnd(10)} ${title}\n  ${measures.join('\n  ')}`);
}

/** Ctrl-C: what was started is stopped, then we end. */
function stopAtSignals(bench: Bench): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      say(`\n${signal}: stopping`);
      void bench.stop().finally(() => process.exit(130));
    });
  }
}

async function measure(options: Options): Promise<Report> {
  const bench = await Bench.start(options, say);
  stopAtSignals(bench);
  try {
    const machine = await lookAtMachine(bench.servers);
    const sections: Report['sections'] = [];
    for (const section of SECTIONS) {
      const wanted = wantedOf(section, options.only);
      if (wanted.size === 0) continue;
      say(`\n${section.title}`);
      sections.push({ title: section.title, figures: await section.run(bench, wanted) });
    }
    return { at: new Date().toISOString(), machine, arguments: process.argv.slice(2), sections };
  } finally {
    await bench.stop();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.list) {
    list();
    return;
  }
  const report = await measure(options);
  say(`\n${asMarkdown(report)}`);
  if (options.json !== undefined) writeFileSync(options.json, asJson(report));
  if (options.docs) writeDocs(report);
}

await main().catch((error: unknown) => {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
});
