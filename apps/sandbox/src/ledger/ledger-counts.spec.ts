import { describe, expect, it } from 'vitest';
import { LedgerCounts } from './ledger-counts.js';
import type { CallOutcome } from './ledger-entry.js';

function counted(...calls: [messageId: string | null, recipient: string | null, outcome: CallOutcome][]): LedgerCounts {
  const counts = new LedgerCounts();
  calls.forEach(([message_id, recipient_hash, outcome], at) =>
    counts.add({ seq: at + 1, time: '', vendor: 'smtp', message_id, recipient_hash, outcome, reply: null }),
  );
  return counts;
}

describe('LedgerCounts', () => {
  it('counts outcomes, and how often each message was taken', () => {
    const counts = counted(
      [null, null, 'rejected'],
      ['m1', 'a', 'rejected'],
      ['m1', 'a', 'accepted'],
      ['m2', 'b', 'hung'],
    );
    expect(counts.summary()).toMatchObject({
      calls: 4,
      outcomes: { accepted: 1, rejected: 2, hung: 1, dropped_after: 0 },
      taken: 1,
      twice: [],
      taken_by_message: { m1: 1 },
    });
  });

  it('names a message that one recipient got twice, even if the first time went unanswered', () => {
    expect(counted(['m1', 'a', 'dropped_after'], ['m1', 'a', 'accepted']).summary().twice).toEqual(['m1']);
  });

  it('holds nothing against a message with two recipients', () => {
    expect(counted(['m1', 'a', 'accepted'], ['m1', 'b', 'accepted']).summary().twice).toEqual([]);
  });
});
