import type { Figure } from '../report/figure.js';
import { figuresOf } from '../report/figures-of.js';
import type { Bench } from './bench.js';
import { alternate } from './rounds.js';
import type { Subject } from './subject.js';

/** Part of a run, under a headline of its own. */
export interface Section {
  /** As `--only` names it. */
  name: string;
  title: string;
  /** Names of what it measures. */
  measures: string[];
  /** @param wanted those of `measures` that are asked for */
  run(bench: Bench, wanted: ReadonlySet<string>): Promise<Figure[]>;
}

/** How a subject comes to be, once it is known to be wanted. */
export interface Entry {
  name: string;
  /** It takes too long for --quick, unless `--only` has its name. */
  onlyFull?: boolean;
  make(bench: Bench): Promise<Subject>;
}

/**
 * A section whose subjects are measured in alternating rounds.
 *
 * @param unit of their rates
 */
export function rates(name: string, title: string, unit: string, entries: Entry[]): Section {
  return {
    name,
    title,
    measures: entries.map((entry) => entry.name),
    async run(bench, wanted) {
      const subjects: Subject[] = [];
      const { quick, only, rounds } = bench.options;
      try {
        for (const entry of entries) {
          const tooLong = quick && entry.onlyFull && !only.includes(entry.name);
          if (wanted.has(entry.name) && !tooLong) subjects.push(await entry.make(bench));
        }
        const measured = await alternate(subjects, rounds, bench.servers.watched, bench.say);
        return measured.flatMap((measurement) => figuresOf(measurement, unit));
      } finally {
        await Promise.all(subjects.map((subject) => subject.close()));
      }
    },
  };
}

/** What of a section `--only` asks for: all of it by its own name, single measures by theirs or the beginning of it. */
export function wantedOf({ name, measures }: Section, only: readonly string[]): Set<string> {
  if (only.length === 0 || only.includes(name)) return new Set(measures);
  const meant = (word: string) =>
    measures.includes(word) ? [word] : measures.filter((measure) => measure.startsWith(word));
  return new Set(only.flatMap(meant));
}
