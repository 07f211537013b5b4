import type { DeliveryHistory } from '@outbell/persistence/engine/claimed-message.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';
import { claimedMessage } from '../../../../test/support/deliveries.js';
import type { Delivery, Marked } from './delivery.js';
import type { OpenConnection } from '../routing/open-connection.js';
import { settlement } from './settlement.js';

const POLICY: RetryPolicy = { attempts: 3, delayMs: 1_000, factor: 10, maxDelayMs: 50_000 };
const RETRY: Outcome = { kind: 'retry', reason: 'mailbox_busy' };

/** Stopped before any provider was called. */
function uncalled(overrides: Parameters<typeof claimedMessage>[0] = {}): Delivery {
  return { message: claimedMessage(overrides) };
}

/** As `called`, with other prospects: another connection, or a vendor that takes a repeat once for so long. */
function calledBefore(
  attempt: number,
  past: Partial<DeliveryHistory>,
  elsewhere = false,
  repeatForMs: number | null = null,
) {
  const marked = called(attempt);
  const none = { failovers: 0, tried: null, maybeSentMsAgo: null, connectionId: null, connectionVersion: null };
  const message = { ...marked.message, past: { ...none, ...past } };
  const connection = { repeatForMs: () => repeatForMs } as unknown as OpenConnection;
  return { ...marked, message, connection, elsewhere };
}

/** The provider was called for the `attempt`th time. */
function called(attempt: number, attemptLimit: number | null = null): Marked {
  const connection = { repeatForMs: () => null } as unknown as OpenConnection;
  const message = claimedMessage({ attemptLimit, fence: 7 });
  return { message, attempt, markedAt: performance.now(), connection, elsewhere: false } as Marked;
}

describe('an outcome that ends a message', () => {
  it.each<[Outcome, string, string]>([
    [{ kind: 'sent', providerMessageId: 'v1' }, 'sent', 'sent'],
    [{ kind: 'rejected', reason: 'bad_address' }, 'failed', 'failed'],
    [{ kind: 'suppressed', reason: 'recipient_bounced' }, 'suppressed', 'suppressed'],
    [{ kind: 'expired', reason: 'expired' }, 'expired', 'expired'],
    [{ kind: 'unknown', reason: 'no_reply_after_data' }, 'unknown', 'unknown'],
  ])('%j leads to %s', (outcome, status, event) => {
    expect(settlement(called(1), outcome, POLICY)).toMatchObject({ status, event, dueAfterMs: null, attempt: 1 });
  });

  it('names message, fence, outcome, reason and what was seen', () => {
    const delivery = called(2);
    const outcome: Outcome = { kind: 'rejected', reason: 'refused', detail: { code: 554 } };
    expect(settlement(delivery, outcome, POLICY)).toEqual({
      id: delivery.message.id,
      fence: 7,
      status: 'failed',
      event: 'failed',
      outcome: 'rejected',
      reason: 'refused',
      detail: { code: 554 },
      attempt: 2,
      calledMsAgo: expect.closeTo(0, -2) as number,
      providerMessageId: null,
      dueAfterMs: null,
      slotGraceMs: null,
      suppress: null,
      permitAt: null,
      listener: null,
    });
  });
});

describe('sent', () => {
  it('has no reason, and the vendor’s id when the vendor gave one', () => {
    expect(settlement(called(1), { kind: 'sent', providerMessageId: 'v1' }, POLICY)).toMatchObject({
      reason: null,
      providerMessageId: 'v1',
    });
    expect(settlement(called(1), { kind: 'sent' }, POLICY).providerMessageId).toBeNull();
  });
});

describe('rejected', () => {
  it('suppresses the address only when the provider asks for it', () => {
    const outcome: Outcome = { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' };
    expect(settlement(called(1), outcome, POLICY).suppress).toBe('invalid');
    expect(settlement(called(1), { kind: 'rejected', reason: 'refused' }, POLICY).suppress).toBeNull();
  });
});

describe('deferred', () => {
  it('queues it for its time and spends no attempt, however many were made', () => {
    const outcome: Outcome = { kind: 'deferred', reason: 'vendor_busy', afterMs: 1_000.2 };
    for (const delivery of [uncalled(), called(3), called(99)]) {
      expect(settlement(delivery, outcome, POLICY)).toMatchObject({
        status: 'queued',
        event: 'deferred',
        outcome: 'deferred',
        dueAfterMs: 1_001,
      });
    }
  });

  it('names no attempt when none was opened', () => {
    expect(settlement(uncalled(), { kind: 'deferred', reason: 'x', afterMs: 1 }, POLICY).attempt).toBeNull();
  });

  it('carries the grace of its slot, and none without a slot', () => {
    const outcome: Outcome = { kind: 'deferred', reason: 'rate_limited', afterMs: 1 };
    expect(settlement(uncalled(), { ...outcome, slotGraceMs: 5_000 }, POLICY).slotGraceMs).toBe(5_000);
    expect(settlement(uncalled(), outcome, POLICY).slotGraceMs).toBeNull();
  });
});

describe('retry', () => {
  function wait(delivery: Marked | Delivery, outcome: Outcome = RETRY): number {
    return settlement(delivery, outcome, POLICY).dueAfterMs ?? Number.NaN;
  }

  /** The policy spreads a wait over another half of itself. */
  function expectWait(actual: number, least: number): void {
    expect(actual).toBeGreaterThanOrEqual(least);
    expect(actual).toBeLessThanOrEqual(least * 1.5);
  }

  it('waits longer from attempt to attempt', () => {
    expect(settlement(called(1), RETRY, POLICY)).toMatchObject({ status: 'queued', event: 'retry', outcome: 'retry' });
    expectWait(wait(called(1)), 1_000);
    expectWait(wait(called(2)), 10_000);
  });

  it('waits as long as the vendor asks, at least', () => {
    expectWait(wait(called(1), { ...RETRY, after: 30_000 }), 30_000);
    expectWait(wait(called(2), { ...RETRY, after: 1 }), 10_000);
  });

  it('counts as the first attempt where no provider was called', () => {
    expectWait(wait(uncalled()), 1_000);
  });

  it('is dead once its attempts are used up, and says what the last one ended with', () => {
    const dead = settlement(called(3), { ...RETRY, after: 5 }, POLICY);
    expect(dead).toMatchObject({ status: 'failed', event: 'failed', outcome: 'retry', reason: 'mailbox_busy' });
    expect(dead.dueAfterMs).toBeNull();
    expect(settlement(called(4), RETRY, POLICY).status).toBe('failed');
  });

  describe('after a tenant’s own retry', () => {
    it('has the attempts it was given, whatever the policy says', () => {
      expect(settlement(called(5, 6), RETRY, POLICY).status).toBe('queued');
      expect(settlement(called(6, 6), RETRY, POLICY).status).toBe('failed');
    });

    it('begins its waits anew', () => {
      expectWait(wait(called(4, 6)), 1_000);
      expectWait(wait(called(5, 6)), 10_000);
    });

    it('does so too when its first life ended early', () => {
      // Rejected at its first attempt, then given three more: attempts 2, 3 and 4.
      expectWait(wait(called(2, 4)), 1_000);
      expectWait(wait(called(3, 4)), 10_000);
      expect(settlement(called(4, 4), RETRY, POLICY).status).toBe('failed');
    });
  });
});

describe('another connection that could take over', () => {
  const fault: Outcome = { kind: 'retry', reason: 'connection_refused' };

  it('takes what is proven not sent at once, with its slot, and the attempt counts for nothing', () => {
    expect(settlement(calledBefore(3, { failovers: 0 }, true), fault, POLICY)).toMatchObject({
      status: 'queued',
      event: 'failover',
      outcome: 'retry',
      dueAfterMs: 0,
      slotGraceMs: 60_000,
    });
    expect(settlement(calledBefore(3, { failovers: 1 }), fault, POLICY)).toMatchObject({ event: 'retry' });
    expect(settlement(calledBefore(4, { failovers: 1 }), fault, POLICY)).toMatchObject({ event: 'failed' });
  });

  it.each<[Outcome, string]>([
    [{ kind: 'unknown', reason: 'no_reply_after_data' }, 'unknown'],
    [{ kind: 'rejected', reason: 'refused' }, 'failed'],
    [RETRY, 'retry'],
    [{ kind: 'deferred', reason: 'vendor_busy', afterMs: 1 }, 'deferred'],
  ])('does not take %j', (outcome, event) => {
    expect(settlement(calledBefore(1, {}, true), outcome, POLICY).event).toBe(event);
  });
});

describe('a vendor that takes a repeat once', () => {
  const UNKNOWN: Outcome = { kind: 'unknown', reason: 'no_reply_after_data' };

  it('is asked again after a silence, as long as that comes in time and attempts are left', () => {
    const repeated = settlement(calledBefore(1, {}, true, 60_000), UNKNOWN, POLICY);
    expect(repeated).toMatchObject({ status: 'queued', event: 'repeat', outcome: 'unknown' });
    expect(settlement(calledBefore(1, {}, false, 900), UNKNOWN, POLICY).status).toBe('unknown');
    expect(settlement(calledBefore(3, {}, false, 60_000), UNKNOWN, POLICY).status).toBe('unknown');
  });

  it('proves nothing by what it says later but “sent”', () => {
    const past = { maybeSentMsAgo: 1_000 };
    const fault: Outcome = { kind: 'retry', reason: 'connection_refused' };
    expect(settlement(calledBefore(1, past, true, 60_000), fault, POLICY).event).toBe('retry');
    expect(settlement(calledBefore(3, past, true, 60_000), fault, POLICY).event).toBe('unknown');
    for (const kind of ['rejected', 'suppressed', 'expired'] as const)
      expect(settlement(calledBefore(1, past), { kind, reason: 'x' }, POLICY).status).toBe('unknown');
    expect(settlement(calledBefore(1, past), { kind: 'sent' }, POLICY).status).toBe('sent');
  });
});

describe('the route', () => {
  it('is written down beside what was seen, where there was a choice', () => {
    const route = { connection: 'a', excluded: [{ connection: 'b', reason: 'not_selected' as const }] };
    const outcome: Outcome = { kind: 'sent', detail: { reply: '250' } };
    expect(settlement({ ...called(1), route }, outcome, POLICY).detail).toEqual({ reply: '250', route });
    expect(settlement(called(1), outcome, POLICY).detail).toEqual({ reply: '250' });
  });
});

describe('who hears of a result', () => {
  const REFUSED: Outcome = { kind: 'rejected', reason: 'policy_rejected' };
  const SENT: Outcome = { kind: 'sent', providerMessageId: 'v1' };

  function listener(outcome: Outcome, connection: object = {}, message: Parameters<typeof claimedMessage>[0] = {}) {
    const marked = called(1);
    const way = { repeatForMs: () => null, ...connection } as unknown as OpenConnection;
    return settlement({ ...marked, connection: way, message: claimedMessage(message) }, outcome, POLICY).listener;
  }

  it('is status polling where the vendor tells nothing by itself, and has given it an id', () => {
    const asked = { canPollStatus: true, connectionId: 'c1' };
    expect(listener(SENT, asked)).toBe('status-polls');
    expect(listener({ kind: 'sent' }, asked)).toBeNull();
    expect(listener({ kind: 'unknown', reason: 'timeout' }, asked)).toBeNull();
    expect(listener(SENT, { canPollStatus: true, connectionId: null })).toBeNull();
    expect(listener(SENT, { canPollStatus: false, connectionId: 'c1' })).toBeNull();
  });

  it('is what counts mail servers that refuse a sender for its reputation', () => {
    expect(listener(REFUSED)).toBe('sender-reports');
    expect(listener({ kind: 'rejected', reason: 'bad_address' })).toBeNull();
    expect(listener(REFUSED, {}, { mode: 'test' })).toBeNull();
    expect(listener(REFUSED, {}, { channel: 'sms', recipient: '+33612345678' })).toBeNull();
    expect(settlement(uncalled(), REFUSED, POLICY).listener).toBeNull();
  });
});
