import { isOurs } from '@outbell/shared/constants/reasons.js';
import { type Outcome, SUPPRESSION_REASONS } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';
import { claimedMessage, Stops } from '../../../../test/support/deliveries.js';
import { expired, pass, paused, suppressed, tenantPaused } from './guards.js';

function judge(guard: typeof expired, overrides: Parameters<typeof claimedMessage>[0]): Outcome | null {
  return guard({ message: claimedMessage(overrides) });
}

describe('suppressed', () => {
  it('lets an address pass that nobody has suppressed', () => {
    expect(judge(suppressed, { suppression: null })).toBeNull();
  });

  it.each([
    ['unsubscribe', 'recipient_unsubscribed'],
    ['bounce', 'recipient_bounced'],
    ['invalid', 'recipient_invalid'],
    ['complaint', 'recipient_complained'],
    ['manual', 'recipient_blocked'],
  ] as const)('stops for good after %s, and says why', (suppression, reason) => {
    expect(judge(suppressed, { suppression, suppressionScope: 'all' })).toEqual({
      kind: 'suppressed',
      reason,
      detail: { scope: 'all' },
    });
  });

  it('tells which suppression it met', () => {
    const met = { suppression: 'unsubscribe', suppressionScope: 'topic', suppressionTopic: 'offers' } as const;
    expect(judge(suppressed, met)).toMatchObject({ detail: { scope: 'topic', topic: 'offers' } });
  });

  it('has a reason that can be explained for everything that suppresses', () => {
    const reasons = SUPPRESSION_REASONS.map((suppression) => judge(suppressed, { suppression }));
    expect(reasons.filter((outcome) => !outcome || outcome.kind === 'sent' || !isOurs(outcome.reason))).toEqual([]);
  });
});

describe('expired', () => {
  it('lets pass what never expires', () => {
    expect(judge(expired, { expiresAt: null })).toBeNull();
  });

  it('goes by the database’s clock alone, whatever this machine’s says', () => {
    expect(judge(expired, { expired: false, expiresAt: new Date(0) })).toBeNull();
    const far = new Date('2999-01-01T00:00:00Z');
    expect(judge(expired, { expired: true, expiresAt: far })).toEqual({
      kind: 'expired',
      reason: 'expired',
      detail: { expires_at: '2999-01-01T00:00:00.000Z' },
    });
  });
});

describe('tenantPaused', () => {
  it('keeps the messages of a paused tenant waiting, but for those of test keys', () => {
    expect(judge(tenantPaused, {})).toBeNull();
    expect(judge(tenantPaused, { tenantPause: 'failure_rate' })).toMatchObject({
      kind: 'deferred',
      reason: 'tenant_paused',
      detail: { pause_reason: 'failure_rate' },
    });
    expect(judge(tenantPaused, { tenantPause: 'failure_rate', mode: 'test' })).toBeNull();
  });
});

describe('paused', () => {
  it.each(['verified', 'pending'] as const)('lets a %s sender pass (a pending one carries its own code)', (status) => {
    expect(judge(paused, { senderStatus: status })).toBeNull();
  });

  it('looks again at a paused sender after one to two minutes, spread', () => {
    const message = claimedMessage({ senderStatus: 'paused' });
    const outcomes = Array.from({ length: 200 }, () => paused({ message }));
    const waits = outcomes.map((outcome) => (outcome?.kind === 'deferred' ? outcome.afterMs : -1));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...waits)).toBeLessThan(120_000);
    expect(new Set(waits).size).toBeGreaterThan(100);
    expect(outcomes[0]).toMatchObject({ reason: 'sender_paused', detail: { sender_id: message.senderId } });
  });

  it('holds no slot meanwhile', () => {
    expect(judge(paused, { senderStatus: 'paused' })).not.toHaveProperty('slotGraceMs');
  });
});

describe('pass', () => {
  it('gives back those that walk on, in their order, and stops the others with their own outcome', () => {
    const batch = [null, 'bounce', null, 'complaint'] as const;
    const deliveries = batch.map((suppression) => ({ message: claimedMessage({ suppression }) }));
    const stops = new Stops();
    expect(pass(deliveries, suppressed, stops.stop)).toEqual([deliveries[0], deliveries[2]]);
    expect(stops.count).toBe(2);
    expect(stops.of(deliveries[1]!)).toMatchObject({ reason: 'recipient_bounced' });
    expect(stops.of(deliveries[3]!)).toMatchObject({ reason: 'recipient_complained' });
  });

  it('keeps what a step before has found', () => {
    const [walking] = pass([{ message: claimedMessage() }], expired, new Stops().stop);
    expect(pass([walking!], paused, new Stops().stop)).toEqual([walking]);
  });
});
