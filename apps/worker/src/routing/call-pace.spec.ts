import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallPace } from './call-pace.js';

describe('CallPace', () => {
  let lag = 0;

  beforeEach(() => {
    lag = 0;
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => vi.useRealTimers());

  function call(pace: CallPace, ms: number): number {
    const end = pace.begin();
    vi.advanceTimersByTime(ms);
    return end();
  }

  it('leaves out the first call on each connection, which opens it', () => {
    const pace = new CallPace(
      () => 2,
      () => lag,
    );
    expect([call(pace, 300), call(pace, 300)]).toEqual([300, 300]);
    expect(pace.perPlaceMs).toBe(0);
    call(pace, 10);
    expect(pace.perPlaceMs).toBe(5);
  });

  it('leaves out those after a long silence, too', () => {
    const pace = new CallPace(
      () => 1,
      () => lag,
    );
    for (const ms of [300, 10]) call(pace, ms);
    vi.advanceTimersByTime(60_000);
    for (const ms of [300, 10]) call(pace, ms);
    expect(pace.perPlaceMs).toBe(10);
  });

  it('leaves out the time in which this process was busy', () => {
    const pace = new CallPace(
      () => 1,
      () => lag,
    );
    call(pace, 300);
    const end = pace.begin();
    vi.advanceTimersByTime(50);
    lag += 45;
    expect(end()).toBe(50);
    expect(pace.perPlaceMs).toBe(5);
  });

  it('follows a vendor that becomes slower', () => {
    const pace = new CallPace(
      () => 1,
      () => lag,
    );
    for (let count = 0; count < 3; count += 1) call(pace, 10);
    for (let count = 0; count < 50; count += 1) call(pace, 100);
    expect(pace.perPlaceMs).toBeGreaterThan(95);
  });
});
