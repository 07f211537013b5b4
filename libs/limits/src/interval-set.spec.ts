import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntervalSet } from './interval-set.js';

const anyIntervals = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })));

describe('IntervalSet', () => {
  it('knows what is in it, as a set of numbers does', () => {
    fc.assert(
      fc.property(anyIntervals, fc.nat(70), (added, slice) => {
        const intervals = new IntervalSet([]);
        const set = new Set<number>();
        for (const [from, length] of added) {
          intervals.add([from, from + length]);
          for (let s = from; s < from + length; s++) set.add(s);
        }
        let outside = slice;
        while (set.has(outside)) outside++;
        expect(intervals.firstOutside(slice)).toBe(outside);
      }),
    );
  });

  it('joins stretches that touch, and keeps the longest of those that are not past', () => {
    const intervals = new IntervalSet([[0, 5]]);
    for (const from of [10, 20, 21, 30, 40]) intervals.add([from, from + 1]);
    intervals.add([11, 12]);
    expect(intervals.since(5, 9)).toEqual([
      [10, 12],
      [20, 22],
      [30, 31],
      [40, 41],
    ]);
    expect(intervals.since(5, 2)).toEqual([
      [10, 12],
      [20, 22],
    ]);
  });
});
