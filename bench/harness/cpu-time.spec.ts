import { describe, expect, it } from 'vitest';
import { cpuSeconds } from './cpu-time.js';

describe.runIf(process.platform === 'linux')('CPU time of a process', () => {
  it('grows with what it does, about as its own account says', () => {
    const before = { seen: cpuSeconds(process.pid), own: process.cpuUsage() };
    while (process.cpuUsage(before.own).user < 200_000) Math.sqrt(Math.random());
    const { user, system } = process.cpuUsage(before.own);
    expect(cpuSeconds(process.pid) - before.seen).toBeCloseTo((user + system) / 1e6, 0);
    expect(cpuSeconds(process.pid) - before.seen).toBeGreaterThan(0.1);
  });

  it('is unknown of a process that is no more', () => {
    expect(cpuSeconds(2 ** 22 + 1)).toBeNaN();
  });
});
