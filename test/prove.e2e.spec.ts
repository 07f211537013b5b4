import { expect, it } from 'vitest';
import type { Queue } from '../prove/harness/servers.js';
import { prove } from '../prove/proof.js';
import { SCENARIOS } from '../prove/scenarios.js';

/** What `npm run prove` plays by the dozen, once each. What it plays is not played again by a spec of `test/faults`. */
const SELECTION: [string, Queue][] = [
  ['worker-killed-anywhere', 'PostgreSQL'],
  ['api-killed-committed', 'PostgreSQL'],
  ['worker-killed-marked', 'Redis'],
  ['worker-terminated', 'Redis'],
  ['repeat-cuts-after', 'Redis'],
  ['failover-refused', 'PostgreSQL'],
  ['postgres-restarted', 'PostgreSQL'],
  ['worker-stopped-anywhere', 'Redis'],
  ['redis-killed', 'Redis Streams'],
];

it('a selection of `npm run prove` passes', { timeout: 600_000 }, async () => {
  const runs = SELECTION.map(([name, queue]) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (!scenario) throw new Error(`no scenario is called ${name}`);
    return { scenario, queue, round: 1 };
  });
  const results = await prove(runs, { seed: 20_261_122, quick: true, onResult: () => undefined });
  const broken = results.flatMap(({ run, broken }) => broken.map((sentence) => `${run.scenario.name}: ${sentence}`));
  expect(broken).toEqual([]);
  expect(results.map(({ messages }) => messages >= 200)).toEqual(runs.map(() => true));
});
