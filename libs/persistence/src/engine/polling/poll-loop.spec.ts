import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogCapture } from '../../../../../test/support/log-capture.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { polled } from './poll.decorator.js';
import { PollLoop } from './poll-loop.js';
import { PollMetrics } from './poll-metrics.js';

const PAUSE = 10_000;

describe('PollLoop', () => {
  const logs = new LogCapture();
  let begun: number;
  let loop: PollLoop;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    Logger.overrideLogger(logs.logger);
    logs.clear();
    begun = 0;
  });
  afterEach(async () => {
    await loop.stop();
    vi.useRealTimers();
    Logger.overrideLogger(false);
  });

  function start(run: () => Promise<boolean>): void {
    const counted = async () => {
      begun += 1;
      return polled(0, (await run()) ? 0 : Infinity);
    };
    const metrics = new PollMetrics(new Metrics());
    loop = new PollLoop('spec', { idleMs: PAUSE, busyMs: 20 }, counted, new Logger('spec'), metrics);
    loop.start();
  }

  it('begins at once, and pauses between two runs', async () => {
    start(() => Promise.resolve(false));
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(1);
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    expect(begun).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(2);
  });

  it('runs again soon while something is left undone', async () => {
    start(() => Promise.resolve(begun < 3));
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    expect(begun).toBe(3);
  });

  it('makes one run at a time: the pause begins when it has ended', async () => {
    const ends: (() => void)[] = [];
    start(() => new Promise((resolve) => ends.push(() => resolve(false))));
    await vi.advanceTimersByTimeAsync(5 * PAUSE);
    expect(begun).toBe(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(begun).toBe(2);
    ends[1]?.();
  });

  it('goes on after a run that failed, which is logged', async () => {
    start(() => Promise.reject(new Error('the database is away')));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(begun).toBe(2);
    expect(logs.lines({ level: 'error' })).toHaveLength(2);
    expect(logs.text).toContain('the database is away');
  });

  it('ends: the run under way is waited for, and none follows', async () => {
    let end: () => void = () => undefined;
    start(() => new Promise((resolve) => (end = () => resolve(true))));
    await vi.advanceTimersByTimeAsync(0);
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(stopped).toBe(false);
    end();
    await stopping;
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(begun).toBe(1);
  });

  it('ends in a pause, too', async () => {
    start(() => Promise.resolve(false));
    await vi.advanceTimersByTimeAsync(1);
    await loop.stop();
    await vi.advanceTimersByTimeAsync(2 * PAUSE);
    expect(begun).toBe(1);
  });
});
