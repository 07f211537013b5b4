import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../apps/sandbox/src/ledger/ledger-entry.js';
import type { Attempt, Evidence, Row } from './harness/evidence.js';
import type { LedgerEntry } from './harness/ledger.js';
import { REACH_MS } from './harness/times.js';
import { INVARIANTS } from './invariants.js';

const BEGAN = Date.parse('2026-11-22T06:00:00Z');
const ROW: Row = {
  id: 'm1',
  recipient: 'ann@example.org',
  status: 'sent',
  reason: null,
  attempts: 1,
  held: false,
  created: BEGAN,
  updated: BEGAN,
};

const ATTEMPT: Attempt = { number: 1, started: BEGAN, provider: 'smtp', connection: 'c1', outcome: 'sent' };

/** Two attempts, of which the first may have sent it. */
function again(first: Partial<Attempt>, second: Partial<Attempt> = {}): Map<string, Attempt[]> {
  const unknown = { ...ATTEMPT, outcome: 'unknown', ...first };
  return new Map([[ROW.id, [unknown, { ...ATTEMPT, number: 2, ...second }]]]);
}

/** What is known of one message, which was sent as it should be. */
function evidence({ row = {}, calls = ['accepted'], types, ...others }: Variation = {}): Evidence {
  const told = { ...ROW, ...row };
  return {
    accepted: new Map([[ROW.recipient, ROW.id]]),
    repeated: new Map(),
    rows: [told],
    events: new Map([[ROW.id, (types ?? ['queued', told.status]).map((type) => ({ type, reason: null, at: BEGAN }))]]),
    attempts: new Map([[ROW.id, [ATTEMPT]]]),
    calls: new Map([[ROW.id, calls.map(callOf)]]),
    longestLeaseMs: REACH_MS,
    ...others,
  };
}

interface Variation extends Partial<Omit<Evidence, 'calls'>> {
  row?: Partial<Row>;
  calls?: (CallOutcome | Partial<LedgerEntry>)[];
  types?: string[];
}

function callOf(call: CallOutcome | Partial<LedgerEntry>, seq: number): LedgerEntry {
  const time = new Date(BEGAN + 1_000).toISOString();
  const usual = { seq, time, vendor: 'smtp', message_id: ROW.id, recipient_hash: null, reply: null };
  return { ...usual, outcome: 'accepted', ...(typeof call === 'string' ? { outcome: call } : call) };
}

function byResend(...outcomes: CallOutcome[]): Partial<LedgerEntry>[] {
  return outcomes.map((outcome) => ({ vendor: 'resend', outcome }));
}

function broken(known: Evidence): string[] {
  return INVARIANTS.flatMap((invariant) => invariant.broken(known));
}

describe('the invariants', () => {
  it.each<[string, Variation]>([
    ['sent at once', {}],
    ['sent after a refusal', { row: { attempts: 2 }, calls: ['rejected', 'accepted'] }],
    ['unknown, and taken', { row: { status: 'unknown', reason: 'no_reply_after_data' }, calls: ['dropped_after'] }],
    ['unknown, and not taken', { row: { status: 'unknown', reason: 'worker_lost_while_sending' }, calls: [] }],
    ['unknown, and resolved', { types: ['queued', 'unknown', 'sent'] }],
    ['delivered', { types: ['queued', 'delivered', 'sent'], row: { status: 'delivered' } }],
    ['failed', { row: { status: 'failed', reason: 'refused' }, calls: ['rejected'] }],
    ['repeated where that counts once', { row: { attempts: 2 }, calls: byResend('dropped_after', 'repeated') }],
    ['repeated after a cut that told nothing', { row: { attempts: 2 }, calls: byResend('dropped_before', 'accepted') }],
    [
      'attempted again where that counts once',
      { row: { attempts: 2 }, attempts: again({ provider: 'resend' }, { provider: 'resend' }) },
    ],
    ['refused by one and taken by another', { row: { attempts: 2 }, calls: ['rejected', { vendor: 'sendgrid' }] }],
  ])('hold for a message that was %s', (_, variation) => {
    expect(broken(evidence(variation))).toEqual([]);
  });

  it.each<[string, Variation, RegExp]>([
    ['was lost', { accepted: new Map([['bob@example.org', 'm2']]) }, /m2 was answered 202 and has no row/],
    ['nobody was told of', { accepted: new Map() }, /nobody was told of/],
    ['has a second row', { rows: [ROW, { ...ROW, id: 'm0' }, ROW] }, /have a second row/],
    ['got another answer', { repeated: new Map([[ROW.recipient, 'm9']]) }, /told m9/],
    ['never ended', { row: { status: 'queued', reason: 'vendor_busy' }, calls: [] }, /is still queued \(vendor_busy\)/],
    ['does not say why', { row: { status: 'unknown' } }, /does not say why/],
    ['was taken twice', { row: { attempts: 2 }, calls: ['accepted', 'dropped_after'] }, /taken twice/],
    ['was called for again', { row: { attempts: 2 }, calls: ['hung', 'rejected'] }, /called for again/],
    ['was called for too often', { calls: ['rejected', 'accepted'] }, /2 times in 1 attempts/],
    ['went elsewhere', { row: { attempts: 2 }, calls: ['hung', { vendor: 'sendgrid' }] }, /called for again/],
    [
      'was repeated elsewhere',
      { row: { attempts: 2 }, calls: [...byResend('hung'), { vendor: 'sendgrid' }] },
      /called for again/,
    ],
    [
      'was cut off and called for again over HTTP',
      { row: { attempts: 2 }, calls: [{ vendor: 'sendgrid', outcome: 'dropped_before' }, { vendor: 'sendgrid' }] },
      /called for again/,
    ],
    [
      'was taken twice under two keys',
      { row: { attempts: 2 }, calls: byResend('accepted', 'accepted') },
      /taken twice/,
    ],
    [
      'was repeated with other bytes',
      { calls: [{ vendor: 'resend', outcome: 'rejected', reply: '409 invalid_idempotent_request' }, 'accepted'] },
      /other bytes/,
    ],
    ['was attempted after it was unknown', { row: { attempts: 2 }, attempts: again({}) }, /was attempted again/],
    [
      'was attempted elsewhere after it was unknown',
      { row: { attempts: 2 }, attempts: again({ provider: 'resend' }, { connection: 'c2' }) },
      /went another way/,
    ],
    [
      'was delivered twice',
      { row: { status: 'delivered' }, types: ['queued', 'sent', 'delivered', 'delivered'] },
      /with the timeline/,
    ],
    ['was never taken', { calls: ['rejected'] }, /the vendor has not got it/],
    ['was taken and is told as failed', { row: { status: 'failed', reason: 'timeout' } }, /the vendor has got it/],
    ['has a timeline that ends otherwise', { types: ['queued', 'unknown'] }, /with the timeline queued, unknown/],
    ['is leased for too long', { longestLeaseMs: 2 * REACH_MS }, /a lease had \d+ ms to run/],
    ['is sent and leased', { row: { held: true } }, /still leased/],
    [
      'was called for too late',
      { attempts: new Map([[ROW.id, [{ ...ATTEMPT, started: BEGAN - 2 * REACH_MS }]]]) },
      /after its lease had ended/,
    ],
  ])('are broken by a message that %s', (_, variation, sentence) => {
    expect(broken(evidence(variation)).join('\n')).toMatch(sentence);
  });
});
