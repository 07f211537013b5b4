import { describe, expect, it } from 'vitest';
import { median, percentile, spread } from './statistics.js';

describe('the statistics of rounds', () => {
  it('the median is the middle value, or the mean of the two middle ones, in whatever order they came', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 2, 4, 100])).toBe(7);
    expect(median([3])).toBe(3);
  });

  it('numbers are ordered as numbers', () => {
    expect(median([1_000, 200, 30])).toBe(200);
  });

  it('the spread holds the extremes, and leaves the values as they were', () => {
    const values = [4, 8, 6];
    expect(spread(values)).toEqual({ median: 6, min: 4, max: 8 });
    expect(values).toEqual([4, 8, 6]);
  });

  it('a percentile is a value that was measured (nearest rank)', () => {
    const values = Array.from({ length: 200 }, (_, n) => n + 1).reverse();
    expect(percentile(values, 50)).toBe(100);
    expect(percentile(values, 99)).toBe(198);
    expect(percentile(values, 100)).toBe(200);
    expect(percentile([7], 99)).toBe(7);
  });

  it('nothing measured is no figure', () => {
    expect(() => median([])).toThrow('no values');
    expect(() => percentile([], 99)).toThrow('no values');
  });
});
