import { QUEUES } from './harness/servers.js';
import type { Options } from './options.js';
import type { Run } from './run.js';
import type { Scenario } from './scenario.js';

/**
 * What is to be played. A quick proof plays each scenario on one queue, by turns, unless it was asked for by name;
 * another seed turns them round.
 *
 * @throws when `--only` names nothing
 */
export function plan(scenarios: readonly Scenario[], { quick, rounds, seed, only }: Options): Run[] {
  const wanted = scenarios.filter(({ name }) => only.length === 0 || only.some((word) => name.startsWith(word)));
  if (wanted.length === 0) throw new Error(`no scenario is called ${only.join(' or ')}: see --list`);
  return wanted.flatMap((scenario, index) => {
    const queues = scenario.queues ?? QUEUES;
    const turn = queues[(index + seed) % queues.length];
    const played = quick && only.length === 0 && turn ? [turn] : queues;
    return played.flatMap((queue) => Array.from({ length: rounds }, (_, n) => ({ scenario, queue, round: n + 1 })));
  });
}
