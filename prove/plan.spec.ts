import { describe, expect, it } from 'vitest';
import { Chance } from './harness/chance.js';
import { QUEUES } from './harness/servers.js';
import { readOptions } from './options.js';
import { plan } from './plan.js';
import { SCENARIOS } from './scenarios.js';

describe('a proof', () => {
  it('plays every scenario on all queues where it applies, as often as it is told', () => {
    const runs = plan(SCENARIOS, readOptions(['--rounds', '2']));
    for (const scenario of SCENARIOS) {
      const own = runs.filter((run) => run.scenario === scenario);
      expect(own.map(({ round }) => round)).toEqual((scenario.queues ?? QUEUES).flatMap(() => [1, 2]));
    }
  });

  it('plays each once when it is in a hurry, and on another queue under the next seed', () => {
    const [one, other] = [4, 5].map((seed) => plan(SCENARIOS, readOptions(['--quick', '--seed', String(seed)])));
    expect(one?.map(({ scenario }) => scenario.name)).toEqual(SCENARIOS.map(({ name }) => name));
    const turned = one?.filter(({ queue }, index) => other?.[index]?.queue !== queue);
    expect(turned?.map(({ scenario }) => scenario)).toEqual(
      SCENARIOS.filter(({ queues }) => (queues ?? QUEUES).length > 1),
    );
  });

  it('plays what it is asked for by name, and refuses a name nobody has', () => {
    const names = plan(SCENARIOS, readOptions(['--only', 'clock,redis-flushed'])).map(({ scenario }) => scenario.name);
    expect([...new Set(names)]).toEqual(['clock-fast', 'clock-slow', 'redis-flushed']);
    expect(() => plan(SCENARIOS, readOptions(['--only', 'earthquake']))).toThrow('no scenario is called earthquake');
  });

  it.each([['--seed', 'x'], ['--rounds', '0'], ['--often']])('does not start with %s %s', (...args) => {
    expect(() => readOptions(args)).toThrow();
  });

  it('names no scenario twice', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});

describe('chance', () => {
  const drawn = (seed: number, run: string) => {
    const chance = new Chance(seed, run);
    return Array.from({ length: 20 }, () => chance.whole(1, 1_000));
  };

  it('is the same under the same seed, and another for another run', () => {
    expect(drawn(7, 'a')).toEqual(drawn(7, 'a'));
    expect(drawn(7, 'a')).not.toEqual(drawn(8, 'a'));
    expect(drawn(7, 'a')).not.toEqual(drawn(7, 'b'));
  });
});
