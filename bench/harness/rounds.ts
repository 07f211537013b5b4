import { cpuSeconds, type Watched } from './cpu-time.js';
import type { Sample, Subject } from './subject.js';

/** A measured round. */
export interface Round extends Sample {
  /** CPU seconds by the processes' label. */
  cpu: Record<string, number>;
}

/** What was measured of one subject. */
export interface Measurement {
  name: string;
  title: string;
  rounds: Round[];
}

/**
 * Measures subjects in alternating rounds, so that what drifts (temperature, caches, neighbours) drifts for all. Each
 * round begins with another subject. A first round of each warms up and does not count.
 *
 * @param servers whose CPU time is told beside that of each subject's own processes
 */
export async function alternate(
  subjects: readonly Subject[],
  rounds: number,
  servers: readonly Watched[],
  say: (line: string) => void,
): Promise<Measurement[]> {
  const measurements = subjects.map(({ name, title }) => ({ name, title, rounds: [] as Round[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const index of turns(subjects.length, round)) {
      const subject = subjects[index];
      if (!subject) continue;
      const measured = await measure(subject, servers);
      say(`  ${round === 0 ? 'warm-up' : `round ${round}`}  ${subject.title.padEnd(56)} ${rateOf(measured)}`);
      if (round > 0) measurements[index]?.rounds.push(measured);
    }
  }
  return measurements;
}

/** The indices of `count` subjects, beginning with another one each round. */
export function turns(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, index) => (index + round) % count);
}

async function measure(subject: Subject, servers: readonly Watched[]): Promise<Round> {
  await subject.prepare();
  const watched = [...subject.processes, ...servers];
  const before = watched.map(({ pid }) => cpuSeconds(pid));
  const sample = await subject.run();
  const cpu: Record<string, number> = {};
  watched.forEach(({ label, pid }, index) => {
    cpu[label] = (cpu[label] ?? 0) + cpuSeconds(pid) - (before[index] ?? Number.NaN);
  });
  return { ...sample, cpu };
}

function rateOf({ count, seconds }: Sample): string {
  return `${Math.round(count / seconds)}/s (${count} in ${seconds.toFixed(2)} s)`;
}
