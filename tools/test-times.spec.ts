import path from 'node:path';
import { expect, it } from 'vitest';
import { CLONE } from './servers/homes.mjs';
import { timesOf } from './test-times.mjs';

const file = (name: string, startTime: number, endTime: number) => ({
  name: path.join(CLONE, name),
  startTime,
  endTime,
});

it('tells the time of each kind of specs, and the slowest files', () => {
  const files = [
    file('libs/a.spec.ts', 1_000, 4_000),
    file('libs/b.spec.ts', 1_500, 11_500),
    file('test/c.e2e.spec.ts', 12_000, 32_000),
  ];
  expect(timesOf(files)).toEqual([
    '✓ specs            10.5 s (2 files)',
    '✓ e2e specs        20.0 s (1 files)',
    'The slowest:',
    '   20.0 s test/c.e2e.spec.ts',
    '   10.0 s libs/b.spec.ts',
    '    3.0 s libs/a.spec.ts',
  ]);
});

it('tells what was left out', () => {
  expect(timesOf([file('libs/a.spec.ts', 0, 500)]).slice(0, 2)).toEqual([
    '✓ specs            0.5 s (1 files)',
    '✓ e2e specs        none',
  ]);
});
