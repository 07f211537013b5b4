import { describe, expect, it } from 'vitest';
import { wantedOf } from './harness/section.js';
import { readOptions } from './options.js';

describe('the options of a run', () => {
  it('measure everything in five rounds, with --quick in two', () => {
    expect(readOptions([])).toMatchObject({ quick: false, rounds: 5, only: [], scale: 1 });
    expect(readOptions(['--quick'])).toMatchObject({ quick: true, rounds: 2 });
    expect(readOptions(['--quick', '--rounds', '1'])).toMatchObject({ rounds: 1 });
  });

  it.each([[['--rounds', '0']], [['--rounds', 'x']], [['--scale', '-1']], [['--fast']], [['more']]])(
    'refuse %j',
    (args) => {
      expect(() => readOptions(args)).toThrow();
    },
  );

  it('choose sections by their name, and measures by the beginning of theirs', () => {
    const section = {
      name: 'drain',
      title: '',
      measures: ['drain-http-redis', 'drain-smtp-redis', 'pg-boss', 'pg-boss-10'],
      run: () => Promise.resolve([]),
    };
    expect([...wantedOf(section, [])]).toEqual(section.measures);
    expect([...wantedOf(section, ['drain'])]).toEqual(section.measures);
    expect([...wantedOf(section, ['drain-http', 'pg'])]).toEqual(['drain-http-redis', 'pg-boss', 'pg-boss-10']);
    expect([...wantedOf(section, ['pg-boss'])]).toEqual(['pg-boss']);
    expect([...wantedOf(section, ['latency'])]).toEqual([]);
  });
});
