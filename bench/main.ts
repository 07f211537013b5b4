// npm run bench: how fast Outbell is, beside what people would use instead, on this machine and in one run. See docs/performance.md.
import { writeFileSync } from 'node:fs';
import { bullMq } from './baselines/bullmq.js';
import { DRAINS } from './drain/drains.js';
import { Bench } from './harness/bench.js';
import { rates, type Section, wantedOf } from './harness/section.js';
import { type Options, readOptions } from './options.js';
import type { Figure } from './report/figure.js';
import { renderTable } from './report/table.js';

const SECTIONS: Section[] = [
  rates('drain', 'Drain: from queued to sent', 'messages/s', [
    ...DRAINS,
    bullMq('process', 'redis'),
    bullMq('process', 'postgres'),
  ]),
  rates('accept', 'Accept', 'messages/s', [
    bullMq('add-bulk', 'redis'),
    bullMq('add-bulk', 'postgres'),
    bullMq('add', 'redis'),
    bullMq('add', 'postgres'),
  ]),
];

const say = (line: string) => console.log(line);

/** Ctrl-C: what was started is stopped, then we end. */
function stopAtSignals(bench: Bench): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void bench.stop().finally(() => process.exit(130)));
  }
}

async function measure(options: Options): Promise<Figure[]> {
  const bench = await Bench.start(options, say);
  stopAtSignals(bench);
  const figures: Figure[] = [];
  try {
    for (const section of SECTIONS) {
      const wanted = wantedOf(section, options.only);
      if (wanted.size === 0) continue;
      say(`\n${section.title}`);
      figures.push(...(await section.run(bench, wanted)));
    }
  } finally {
    await bench.stop();
  }
  return figures;
}

const options = readOptions(process.argv.slice(2));
const figures = await measure(options);
say(`\n${renderTable(figures)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ figures }, null, 2)}\n`);
