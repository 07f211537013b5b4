import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProviderThrottle } from './provider-throttle.js';

const TOO_MUCH: Outcome = { kind: 'retry', reason: 'vendor_rate_limited' };

describe('ProviderThrottle', () => {
  let rest: ProviderThrottle;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(1);
    rest = new ProviderThrottle();
  });
  afterEach(() => void vi.useRealTimers());

  /** How long it rests from this on, in ms; then it is over. */
  function after(...outcomes: Outcome[]): number {
    for (const outcome of outcomes) rest.observe(outcome);
    const { leftMs } = rest;
    vi.advanceTimersByTime(leftMs);
    return leftMs;
  }

  it('is none before it has had too much, whatever else it says', () => {
    expect(after({ kind: 'sent' })).toBe(0);
    expect(after({ kind: 'retry', reason: 'recipient_rate_limited', after: 6_000 })).toBe(0);
    expect(after({ kind: 'retry', reason: 'server_unavailable', after: 6_000 })).toBe(0);
    expect(after({ kind: 'unknown', reason: 'timeout' })).toBe(0);
  });

  it('doubles as long as nothing is taken between, to a minute', () => {
    expect([1, 2, 3].map(() => after(TOO_MUCH))).toEqual([1_000, 2_000, 4_000]);
    expect(after({ kind: 'sent' })).toBe(0);
    const rests = Array.from({ length: 8 }, () => after(TOO_MUCH));
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('is one, however many calls end so that were under way', () => {
    expect(after(TOO_MUCH, TOO_MUCH, TOO_MUCH)).toBe(1_000);
    expect(after(TOO_MUCH)).toBe(2_000);
  });

  it('has the urgent come back at its end, and the others spread over the second after', () => {
    rest.observe(TOO_MUCH);
    expect(rest.returnAfterMs(PRIORITY_RANK.high)).toBe(1_000);
    const others = Array.from({ length: 50 }, () => rest.returnAfterMs(PRIORITY_RANK.normal));
    expect(Math.min(...others)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...others)).toBeLessThan(2_000);
    expect(Math.max(...others) - Math.min(...others)).toBeGreaterThan(300);
  });

  it('lasts as long as the vendor asks for, within a minute', () => {
    expect(after({ ...TOO_MUCH, after: 7_000 })).toBe(7_000);
    expect(after({ ...TOO_MUCH, after: 10 })).toBe(2_000);
    expect(after(TOO_MUCH, { ...TOO_MUCH, after: 9_000 })).toBe(9_000);
    expect(after({ ...TOO_MUCH, after: 3_600_000 })).toBe(60_000);
  });
});
