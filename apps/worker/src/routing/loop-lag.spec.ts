import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { LoopLag } from './loop-lag.js';

const lag = new LoopLag();
afterEach(() => lag.stop());

describe('LoopLag', () => {
  it('sums up for how long timers had to wait', async () => {
    const before = lag.totalMs;
    const end = performance.now() + 150;
    while (performance.now() < end);
    expect(await until(async () => lag.totalMs - before > 100)).toBe(true);
  });
});
