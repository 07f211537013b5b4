import { describe, expect, it } from 'vitest';
import { fitting } from './fitting.js';

function messages(count: number, isolate = false) {
  return Array.from({ length: count }, (_, index) => ({ id: `${isolate}-${index}`, isolate }));
}

describe('fitting', () => {
  it.each([
    // innocent, suspects, free wake-ups; innocent and suspects that go now
    [2_000, 0, 20, 2_000, 0],
    [2_049, 0, 20, 2_000, 0],
    [0, 60, 20, 0, 20],
    [150, 60, 20, 150, 18],
    [2_000, 60, 20, 1_000, 10],
    [1_990, 3, 20, 1_700, 3],
    [100, 5, 1, 0, 1],
    [0, 0, 20, 0, 0],
  ])('of %i and %i suspects, into %i wake-ups: %i and %i', (innocent, suspects, free, nowInnocent, nowSuspects) => {
    const all = [...messages(innocent), ...messages(suspects, true)];
    const { now, later } = fitting(all, free);
    expect(now.filter(({ isolate }) => !isolate)).toHaveLength(nowInnocent);
    expect(now.filter(({ isolate }) => isolate)).toHaveLength(nowSuspects);
    expect(new Set([...now, ...later])).toEqual(new Set(all));
  });
});
