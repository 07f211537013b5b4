import type { RunResult } from '../run.js';
import { QUEUES, type Queue } from '../harness/servers.js';
import type { Scenario } from '../scenario.js';

/** All runs of one scenario on one queue. */
export interface Line {
  scenario: Pick<Scenario, 'name' | 'title'>;
  queue: Queue;
  runs: number;
  failed: number;
  messages: number;
  lost: number;
  sentTwice: number;
  unknown: number;
  /** Milliseconds; null when none recovered. */
  recovery: { median: number; max: number } | null;
}

export function summary(results: readonly RunResult[]): Line[] {
  const scenarios = [...new Set(results.map(({ run }) => run.scenario))];
  return scenarios.flatMap((scenario) =>
    QUEUES.flatMap((queue) => {
      const own = results.filter(({ run }) => run.scenario === scenario && run.queue === queue);
      return own.length === 0 ? [] : [lineOf(scenario, queue, own)];
    }),
  );
}

function lineOf({ name, title }: Scenario, queue: Queue, results: readonly RunResult[]): Line {
  const sum = (count: (result: RunResult) => number) => results.reduce((total, result) => total + count(result), 0);
  return {
    scenario: { name, title },
    queue,
    runs: results.length,
    failed: results.filter(({ broken }) => broken.length > 0).length,
    messages: sum(({ messages }) => messages),
    lost: sum(({ lost }) => lost),
    sentTwice: sum(({ sentTwice }) => sentTwice),
    unknown: sum(({ unknown }) => unknown),
    recovery: recoveryOf(results.flatMap(({ recoveryMs }) => recoveryMs ?? [])),
  };
}

function recoveryOf(times: readonly number[]): Line['recovery'] {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [lower, upper, max] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)], sorted.at(-1)];
  if (lower === undefined || upper === undefined || max === undefined) return null;
  return { median: (lower + upper) / 2, max };
}
