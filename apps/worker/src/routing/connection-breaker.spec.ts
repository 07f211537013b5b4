import type { Outcome } from '@outbell/shared/outcome.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionBreaker } from './connection-breaker.js';

const SENT: Outcome = { kind: 'sent' };
const REFUSED: Outcome = { kind: 'retry', reason: 'connection_refused' };
const BUSY: Outcome = { kind: 'retry', reason: 'mailbox_busy' };
const PROBE_MS = 1_000;

describe('ConnectionBreaker', () => {
  let breaker: ConnectionBreaker;
  let calls: number;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    breaker = new ConnectionBreaker(3, PROBE_MS);
    calls = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function run(outcome: Outcome): Promise<Outcome> {
    return breaker.run(() => {
      calls += 1;
      return Promise.resolve(outcome);
    });
  }

  async function open(): Promise<void> {
    for (let fault = 1; fault <= 3; fault++) await run(REFUSED);
    calls = 0;
  }

  it('opens after faults in a row, and not before', async () => {
    for (const outcome of [REFUSED, REFUSED, SENT, REFUSED, REFUSED, BUSY, REFUSED, REFUSED]) await run(outcome);
    expect(breaker.isDown).toBe(false);
    await run(REFUSED);
    expect(breaker.isDown).toBe(true);
    expect(breaker.probeAfterMs).toBe(PROBE_MS);
  });

  it('calls for nobody who was on the way when it opened, and spends no attempt', async () => {
    await open();
    expect(await run(SENT)).toMatchObject({ kind: 'deferred', reason: 'connection_down', afterMs: 0 });
    expect(calls).toBe(0);
  });

  it('learns nothing from a message for which nobody was called', async () => {
    const elsewhere: Outcome = { kind: 'deferred', reason: 'session_on_other_worker', afterMs: 0 };
    await run(elsewhere);
    expect(breaker.isDown).toBe(false);
    await open();
    vi.advanceTimersByTime(PROBE_MS);
    breaker.admit();
    expect([await run(elsewhere), breaker.isDown]).toEqual([elsewhere, true]);
  });

  it('lets one message try it when its time has come, and closes when that goes well', async () => {
    await open();
    vi.advanceTimersByTime(PROBE_MS - 1);
    expect(breaker.isDown).toBe(true);
    vi.advanceTimersByTime(1);
    expect(breaker.isDown).toBe(false);
    breaker.admit();
    expect(breaker.isDown).toBe(true);
    expect([await run(SENT), breaker.isDown]).toEqual([SENT, false]);
    expect(await run(SENT)).toEqual(SENT);
  });

  it('waits twice as long after each that fails, up to twelve times', async () => {
    await open();
    const waits: number[] = [];
    for (let probe = 1; probe <= 6; probe++) {
      vi.advanceTimersByTime(breaker.probeAfterMs);
      breaker.admit();
      await run(REFUSED);
      waits.push(breaker.probeAfterMs / PROBE_MS);
    }
    expect(waits).toEqual([2, 4, 8, 12, 12, 12]);
    expect(calls).toBe(6);
  });

  it('lets another try it when the one that was to has not come', async () => {
    await open();
    vi.advanceTimersByTime(PROBE_MS);
    breaker.admit();
    vi.advanceTimersByTime(PROBE_MS);
    expect(breaker.isDown).toBe(false);
  });

  it('is down for all others while one tries it, however long that takes', async () => {
    await open();
    vi.advanceTimersByTime(PROBE_MS);
    breaker.admit();
    let answer: (outcome: Outcome) => void = () => undefined;
    const probe = breaker.run(() => new Promise((resolve) => (answer = resolve)));
    vi.advanceTimersByTime(10 * PROBE_MS);
    expect(breaker.isDown).toBe(true);
    expect(await run(SENT)).toMatchObject({ reason: 'connection_down' });
    answer(SENT);
    await probe;
    expect(breaker.isDown).toBe(false);
  });

  it('says what a provider throws', async () => {
    await expect(breaker.run(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(breaker.isDown).toBe(false);
  });
});
