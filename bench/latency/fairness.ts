import type { Section } from '../harness/section.js';
import { spread } from '../harness/statistics.js';
import type { Figure } from '../report/figure.js';
import { Scene } from '../scene/scene.js';

const SMALL = 100;
const LARGE: [full: number, quick: number] = [100_000, 10_000];

/**
 * A tenant with a hundred messages: how long until its last one is at the vendor, alone and beside one with very many.
 */
export const fairness: Section = {
  name: 'fairness',
  title: 'Fairness',
  measures: ['fairness-alone', 'fairness-beside'],
  async run(bench) {
    const scene = await Scene.set(bench);
    const large = bench.size(...LARGE);
    const [alone, beside]: [number[], number[]] = [[], []];
    try {
      for (let round = 0; round <= bench.options.rounds; round++) {
        await scene.begin();
        alone.push(await scene.burst({ count: SMALL }));
        await scene.beginCrowded(large, 'normal');
        beside.push(await scene.burst({ count: SMALL }));
        bench.say(`  alone ${alone.at(-1)?.toFixed(0)} ms, beside ${large}: ${beside.at(-1)?.toFixed(0)} ms`);
      }
    } finally {
      await scene.end();
    }
    return [
      figureOf('fairness-alone', `${SMALL} messages of a tenant, alone`, alone),
      figureOf('fairness-beside', `${SMALL} messages of a tenant, beside ${large} of another`, beside),
    ];
  },
};

/** The first round warms up. */
function figureOf(name: string, title: string, [, ...times]: number[]): Figure {
  return { name, title, unit: 'ms', rounds: times.length, ...spread(times) };
}
