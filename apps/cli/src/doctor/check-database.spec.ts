import { describe, expect, it } from 'vitest';
import { checkClock } from './check-database.js';

describe('checkClock', () => {
  it.each([
    [0, 'ok'],
    [-2_000, 'ok'],
    [5_000, 'warn'],
    [-7_200_000, 'fail'],
  ])('judges %i ms %s', (clockSkewMs, status) => {
    expect(checkClock({ clockSkewMs })).toMatchObject({ status });
  });

  it('says which of the two is ahead', () => {
    expect(checkClock({ clockSkewMs: 5_000 }).found).toBe('this machine’s clock is 5000 ms behind the database’s');
    expect(checkClock({ clockSkewMs: -5_000 }).found).toBe('this machine’s clock is 5000 ms ahead of the database’s');
  });
});
