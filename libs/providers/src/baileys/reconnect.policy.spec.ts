import { describe, expect, it } from 'vitest';
import { afterDisconnect, type Disconnect } from './reconnect.policy.js';

const after = (disconnect: Partial<Disconnect>, random = 0.999) =>
  afterDisconnect({ code: 428, paired: true, failures: 0, pairingMs: 0, ...disconnect }, random);

describe('afterDisconnect', () => {
  it.each([
    [401, 'logged_out'],
    [403, 'forbidden'],
    [411, 'multidevice_mismatch'],
    [440, 'replaced'],
  ])('stops at %i', (code, reason) => {
    expect(after({ code })).toEqual({ kind: 'stop', reason });
    expect(after({ code, paired: false })).toEqual({ kind: 'stop', reason });
  });

  it('connects at once when WhatsApp asks for a restart, but not for ever', () => {
    expect(after({ code: 515 })).toMatchObject({ kind: 'connect', afterMs: 0 });
    expect(after({ code: 515, failures: 3 })).toMatchObject({ kind: 'connect', afterMs: 0 });
    expect(after({ code: 515, failures: 4 })).toMatchObject({ afterMs: expect.closeTo(16_000, -2) });
  });

  it.each([408, 428, 500, 503])('waits ever longer after %i, up to five minutes', (code) => {
    const waits = [0, 1, 2, 5, 20, 4_000].map((failures) => {
      const next = after({ code, failures });
      return next.kind === 'connect' ? Math.round(next.afterMs / 1_000) : undefined;
    });
    expect(waits).toEqual([1, 2, 4, 32, 300, 300]);
  });

  it('gives up at 405 that is said again, and keeps the device linked', () => {
    for (const failures of [1, 2])
      expect(after({ code: 405, failures })).toMatchObject({ kind: 'connect', reason: 'client_too_old' });
    expect(after({ code: 405, failures: 3 })).toEqual({ kind: 'rest', reason: 'client_too_old' });
    expect(after({ code: 405, failures: 3, paired: false })).toEqual({ kind: 'stop', reason: 'client_too_old' });
  });

  it('spreads the waits', () => {
    expect([after({ failures: 3 }, 0), after({ failures: 3 }, 0.5)]).toMatchObject([
      { afterMs: 4_000 },
      { afterMs: 6_000 },
    ]);
  });

  it('gives pairing up when no code was scanned, when nobody answers, and in the end', () => {
    const unpaired = (more: Partial<Disconnect>) => after({ paired: false, ...more });
    expect(unpaired({ code: 408 })).toEqual({ kind: 'stop', reason: 'pairing_timed_out' });
    expect(unpaired({ code: 408, failures: 1 }).kind).toBe('connect');
    expect(unpaired({ code: 500, failures: 5 })).toEqual({ kind: 'stop', reason: 'pairing_failed' });
    expect(unpaired({ pairingMs: 300_001 })).toEqual({ kind: 'stop', reason: 'pairing_timed_out' });
    expect(after({ code: 408, failures: 50, pairingMs: 900_000 }).kind).toBe('connect');
  });
});
