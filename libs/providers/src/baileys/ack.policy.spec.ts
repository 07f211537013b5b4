import { describe, expect, it } from 'vitest';
import { outcomeOf, restricts } from './ack.policy.js';

const acked = (error?: string) => ({ kind: 'acked', error }) as const;

describe('outcomeOf', () => {
  it.each([
    [acked(), { kind: 'sent', providerMessageId: 'id' }],
    [acked('463'), { kind: 'retry', reason: 'number_restricted' }],
    [acked('403'), { kind: 'retry', reason: 'number_restricted' }],
    [acked('429'), { kind: 'retry', reason: 'vendor_rate_limited' }],
    [acked('479'), { kind: 'retry', reason: 'temporary_failure' }],
    [acked('503'), { kind: 'retry', reason: 'temporary_failure' }],
    [acked('400'), { kind: 'rejected', reason: 'refused', detail: { code: '400' } }],
    [acked('+33612345678'), { kind: 'rejected', reason: 'refused', detail: { code: 'other' } }],
    [
      { kind: 'broken', handedOver: true },
      { kind: 'unknown', reason: 'no_reply_after_data' },
    ],
    [
      { kind: 'silent', handedOver: true },
      { kind: 'unknown', reason: 'no_reply_after_data' },
    ],
    [
      { kind: 'broken', handedOver: false },
      { kind: 'retry', reason: 'connection_lost' },
    ],
    [
      { kind: 'silent', handedOver: false },
      { kind: 'retry', reason: 'timeout' },
    ],
    [
      { kind: 'failed', handedOver: false },
      { kind: 'retry', reason: 'temporary_failure' },
    ],
  ] as const)('makes of %j: %j', (handed, outcome) => {
    expect(outcomeOf(handed, 'id')).toMatchObject(outcome);
  });
});

describe('restricts', () => {
  it('is true of 463 and 403 alone', () => {
    expect([undefined, '463', '403', '479', '503'].map((error) => restricts(acked(error)))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(restricts({ kind: 'broken', handedOver: true })).toBe(false);
  });
});
