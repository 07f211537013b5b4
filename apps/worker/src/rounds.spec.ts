import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogCapture } from '../../../test/support/log-capture.js';
import { Rounds } from './rounds.js';

const PAUSE = 10_000;

describe('Rounds', () => {
  const logs = new LogCapture();
  let begun: number;
  let rounds: Rounds;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    Logger.overrideLogger(logs.logger);
    logs.clear();
    begun = 0;
  });
  afterEach(async () => {
    await rounds.stop();
    vi.useRealTimers();
    Logger.overrideLogger(false);
  });

  function start(round: () => Promise<boolean>): void {
    const counted = () => {
      begun += 1;
      return round();
    };
    rounds = new Rounds(PAUSE, counted, new Logger('spec'));
    rounds.start();
  }

  it('begin at once, and pause between two', async () => {
    start(() => Promise.resolve(false));
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(1);
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    expect(begun).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(2);
  });

  it('follow soon while something is left undone', async () => {
    start(() => Promise.resolve(begun < 3));
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    expect(begun).toBe(3);
  });

  it('are one at a time: the pause begins when a round has ended', async () => {
    const ends: (() => void)[] = [];
    start(() => new Promise((resolve) => ends.push(() => resolve(false))));
    await vi.advanceTimersByTimeAsync(5 * PAUSE);
    expect(begun).toBe(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(begun).toBe(2);
    ends[1]?.();
  });

  it('go on after one that failed, which is logged', async () => {
    start(() => Promise.reject(new Error('the database is away')));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(begun).toBe(2);
    expect(logs.lines({ level: 'error' })).toHaveLength(2);
    expect(logs.text).toContain('the database is away');
  });

  it('end: the one under way is waited for, and none follows', async () => {
    let end: () => void = () => undefined;
    start(() => new Promise((resolve) => (end = () => resolve(true))));
    await vi.advanceTimersByTimeAsync(0);
    let stopped = false;
    const stopping = rounds.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(stopped).toBe(false);
    end();
    await stopping;
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(begun).toBe(1);
  });

  it('end in a pause, too', async () => {
    start(() => Promise.resolve(false));
    await vi.advanceTimersByTimeAsync(1);
    await rounds.stop();
    await vi.advanceTimersByTimeAsync(2 * PAUSE);
    expect(begun).toBe(1);
  });
});
