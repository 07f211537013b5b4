import { describe, expect, it } from 'vitest';
import { retryDelay } from './retry-policy.js';

const policy = { attempts: 6, delayMs: 30_000, factor: 4, maxDelayMs: 3_600_000 };
const least = () => 0;
const most = () => 1;

describe('retryDelay', () => {
  it('grows by the factor and stays under the cap', () => {
    const delays = [1, 2, 3, 4, 5].map((attempt) => retryDelay(policy, attempt, 0, least));
    expect(delays).toEqual([30_000, 120_000, 480_000, 1_920_000, 3_600_000]);
  });

  it('spreads over half of the wait, never before it', () => {
    expect(retryDelay(policy, 1, 0, most)).toBe(45_000);
  });

  it('waits at least as long as the vendor asks', () => {
    expect(retryDelay(policy, 1, 600_000, least)).toBe(600_000);
    expect(retryDelay(policy, 1, 1_000, least)).toBe(30_000);
  });
});
