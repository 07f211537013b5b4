import type { Bench } from '../harness/bench.js';
import type { Section } from '../harness/section.js';
import { percentile, spread } from '../harness/statistics.js';
import type { Figure } from '../report/figure.js';
import { Scene } from '../scene/scene.js';

/** What waits when a bulk drain is under way. */
const BULK: [full: number, quick: number] = [100_000, 20_000];

/** Urgent messages a second: enough of them for a 99th percentile, few enough to cost the drain nothing. */
const URGENT_PER_SECOND = 50;

/** The ways of one load's messages, by round. */
interface Load {
  name: string;
  title: string;
  measure(scene: Scene, bench: Bench): Promise<number[]>;
}

const LOADS: Load[] = [
  {
    name: 'latency-slow',
    title: 'accept→provider at 10 messages/s',
    async measure(scene, bench) {
      await scene.begin();
      return scene.pace({ perSecond: 10, seconds: bench.size(20, 8), priority: 'normal' });
    },
  },
  {
    name: 'latency-half',
    title: 'accept→provider at half the maximal rate of single requests',
    async measure(scene, bench) {
      await scene.begin();
      const most = await scene.saturate(bench.size(6, 3));
      bench.say(`  at most ${Math.round(most)} single messages/s from request to provider`);
      await scene.begin();
      return scene.pace({ perSecond: most / 2, seconds: bench.size(10, 4), priority: 'normal' });
    },
  },
  {
    name: 'latency-urgent-idle',
    title: 'urgent (OTP), accept→provider, nothing else going on',
    async measure(scene, bench) {
      await scene.begin();
      return scene.pace({ perSecond: URGENT_PER_SECOND, seconds: bench.size(15, 5), priority: 'high' });
    },
  },
  {
    name: 'latency-urgent-busy',
    title: 'urgent (OTP), accept→provider, during a bulk drain',
    async measure(scene, bench) {
      const bulk = bench.size(...BULK);
      await scene.beginCrowded(bulk, 'bulk');
      const ways = await scene.pace({ perSecond: URGENT_PER_SECOND, seconds: bench.size(10, 3), priority: 'high' });
      const passed = await scene.arrived();
      if (passed > bulk) bench.say(`  the drain of ${bulk} had ended before the last urgent message`);
      return ways;
    },
  },
];

export const latency: Section = {
  name: 'latency',
  title: 'Latency',
  measures: LOADS.map(({ name }) => name),
  async run(bench, wanted) {
    const scene = await Scene.set(bench);
    const loads = LOADS.filter(({ name }) => wanted.has(name)).map((load) => ({ load, rounds: [] as number[][] }));
    const count = bench.options.quick ? 1 : Math.min(bench.options.rounds, 3);
    try {
      for (let round = 0; round < count; round++) {
        for (const { load, rounds } of loads) {
          const ways = await load.measure(scene, bench);
          bench.say(
            `  ${load.title}: p50 ${percentile(ways, 50).toFixed(1)} ms, p99 ${percentile(ways, 99).toFixed(1)} ms`,
          );
          rounds.push(ways);
        }
      }
    } finally {
      await scene.end();
    }
    return loads.flatMap(({ load, rounds }) => [50, 99].map((percent) => figureOf(load, rounds, percent)));
  },
};

function figureOf({ name, title }: Load, rounds: number[][], percent: number): Figure {
  return {
    name: `${name}-p${percent}`,
    title: `${title}: p${percent} of ${rounds[0]?.length ?? 0}`,
    unit: 'ms',
    rounds: rounds.length,
    ...spread(rounds.map((ways) => percentile(ways, percent))),
  };
}
