import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RepeatedErrors } from './repeated-errors.js';

describe('RepeatedErrors', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('lets the first one through, then tells every ten seconds how many came', () => {
    const errors = new RepeatedErrors();
    const told: number[] = [];
    const come = () => errors.isFirst('away', (repeated) => told.push(repeated));
    expect([come(), come(), come()]).toEqual([true, false, false]);
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([2]);
    come();
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([2, 1]);
  });

  it('begins anew after ten seconds of silence', () => {
    const errors = new RepeatedErrors();
    const come = () => errors.isFirst('away', () => undefined);
    come();
    vi.advanceTimersByTime(10_000);
    expect(come()).toBe(true);
  });

  it('tells different ones apart', () => {
    const errors = new RepeatedErrors();
    expect(errors.isFirst('away', () => undefined)).toBe(true);
    expect(errors.isFirst('refused', () => undefined)).toBe(true);
  });
});
