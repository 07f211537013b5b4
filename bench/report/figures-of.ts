import type { Measurement, Round } from '../harness/rounds.js';
import { median, spread } from '../harness/statistics.js';
import type { Figure } from './figure.js';

/**
 * The rate of a measurement, and its other figures under names of their own (`<name>-<extra>`; those in ms end in
 * `-ms`).
 */
export function figuresOf({ name, title, rounds }: Measurement, unit: string): Figure[] {
  const rate: Figure = {
    name,
    title,
    unit,
    rounds: rounds.length,
    ...spread(rounds.map(({ count, seconds }) => count / seconds)),
    cpu: cpuPerMessage(rounds),
  };
  return [rate, ...extraFigures(name, title, rounds)];
}

function cpuPerMessage(rounds: Round[]): Record<string, number> {
  const labels = Object.keys(rounds[0]?.cpu ?? {});
  const costs = labels.map((label) => {
    const each = rounds.map(({ cpu, count }) => ((cpu[label] ?? Number.NaN) / count) * 1e6);
    return [label, Math.round(median(each))] as const;
  });
  return Object.fromEntries(costs.filter(([, cost]) => cost > 0));
}

function extraFigures(name: string, title: string, rounds: Round[]): Figure[] {
  return Object.keys(rounds[0]?.extra ?? {}).map((extra) => ({
    name: `${name}-${extra}`,
    title: `${title}: ${extra.replace(/-ms$/, '')}`,
    unit: extra.endsWith('-ms') ? 'ms' : '',
    rounds: rounds.length,
    ...spread(rounds.map((round) => round.extra?.[extra] ?? Number.NaN)),
  }));
}
