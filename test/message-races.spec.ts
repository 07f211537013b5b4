import { next } from './support/message-machine.js';
import { ACCEPTED, type MessageEvent, type MessageState } from './support/message-state.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { TenantFactory } from './support/factories.js';
import { MessageReplay } from './support/message-replay.js';
import type { Entry } from './support/message-world.js';

const POLICY: RetryPolicy = { attempts: 3, delayMs: 600_000, factor: 1, maxDelayMs: 600_000 };
/** So many rows are raced for: some of them are reached at the same moment. */
const MESSAGES = 100;

const CLAIM: MessageEvent = { type: 'claim' };
const MARK: MessageEvent = { type: 'mark', fence: 1 };
const RELEASE: MessageEvent = { type: 'release', fence: 1 };
const OVER: MessageEvent = { type: 'lease over' };
const END_LEASES: MessageEvent = { type: 'rescue', counted: true };
const CANCEL: MessageEvent = { type: 'cancel' };
const RETRY: MessageEvent = { type: 'retry', attempts: 2 };
const SENT = settled(1, { kind: 'sent' });
const BUSY = settled(1, { kind: 'retry', reason: 'mailbox_busy' });
const OVERSLEPT = settled(1, { kind: 'deferred', reason: 'lease_expired_before_send', afterMs: 0 });
const STOPPED = settled(null, { kind: 'suppressed', reason: 'recipient_bounced' });

const DELIVERED: MessageEvent = { type: 'receipt', attempt: 1, receipt: 'delivered', reason: null };
const GIVEN_UP: MessageEvent = { type: 'receipt', attempt: 1, receipt: 'failed', reason: 'unreachable' };
const BOUNCED: MessageEvent = { type: 'receipt', attempt: 1, receipt: 'bounced', reason: 'mailbox_full' };

const LOST_BEFORE_CALL = [CLAIM, OVER];
const CALLING = [CLAIM, MARK];
const LOST = [CLAIM, MARK, OVER];
const UNKNOWN = [...LOST, END_LEASES];
const AGAIN = [...UNKNOWN, RETRY];
const CLAIMED_AGAIN = [...AGAIN, CLAIM];

const RACES: [name: string, before: MessageEvent[], one: MessageEvent, other: MessageEvent][] = [
  ['two claims', [], CLAIM, CLAIM],
  ['a claim and the tenant’s cancellation', [], CLAIM, CANCEL],
  ['a mark and maintenance', LOST_BEFORE_CALL, MARK, END_LEASES],
  ['a result before the call and maintenance', LOST_BEFORE_CALL, STOPPED, END_LEASES],
  ['a release and maintenance', LOST_BEFORE_CALL, RELEASE, END_LEASES],
  ['a release of what was marked and maintenance', LOST, RELEASE, END_LEASES],
  ['“sent” and maintenance', LOST, SENT, END_LEASES],
  ['“try again” and maintenance', LOST, BUSY, END_LEASES],
  ['“overslept” and maintenance', LOST, OVERSLEPT, END_LEASES],
  ['maintenance twice', LOST, END_LEASES, END_LEASES],
  ['late “sent” and the tenant’s retry', UNKNOWN, SENT, RETRY],
  ['late “try again” and the tenant’s retry', UNKNOWN, BUSY, RETRY],
  ['late “overslept” and the tenant’s retry', UNKNOWN, OVERSLEPT, RETRY],
  ['late “sent” and a claim', AGAIN, SENT, CLAIM],
  ['late “sent” and the tenant’s cancellation', AGAIN, SENT, CANCEL],
  ['the tenant’s retry twice', UNKNOWN, RETRY, RETRY],
  ['“sent” and the callback that it was delivered', CALLING, SENT, DELIVERED],
  ['“sent” and the callback that it was given up', CALLING, SENT, GIVEN_UP],
  ['a callback and maintenance', LOST, DELIVERED, END_LEASES],
  ['a callback and the tenant’s retry', UNKNOWN, DELIVERED, RETRY],
  ['“given up” and the tenant’s retry', UNKNOWN, GIVEN_UP, RETRY],
  ['a callback and a claim', AGAIN, DELIVERED, CLAIM],
  ['a callback and a mark', CLAIMED_AGAIN, DELIVERED, { type: 'mark', fence: 2 }],
  ['“delivered” and “bounced”', CALLING, DELIVERED, BOUNCED],
];

function settled(attempt: number | null, outcome: Outcome): MessageEvent {
  return { type: 'settle', fence: 1, attempt, outcome };
}

function entry(before: MessageState, event: MessageEvent): Entry {
  return { event, before, after: next(before, event, POLICY) };
}

function inTurn(state: MessageState, one: MessageEvent, other: MessageEvent): [Entry, Entry] {
  const first = entry(state, one);
  return [first, entry(first.after, other)];
}

describe('of two things at the same moment, one comes first', () => {
  let database: TestDatabase;
  let tenant: TenantFactory;

  beforeAll(async () => {
    database = await createTestDatabase();
    tenant = await TenantFactory.create(database.dataSource);
  });
  afterAll(() => database.drop());

  it.each(RACES)('%s', async (_, before, one, other) => {
    const replay = new MessageReplay(database.dataSource, tenant, POLICY);
    const ids = await tenant.messages(MESSAGES);
    let state = ACCEPTED;
    for (const event of before) {
      const step = entry(state, event);
      expect(await replay.carryOut(ids.map((id) => ({ id, entry: step })))).toEqual([]);
      state = step.after;
    }
    expect(await replay.race(ids, inTurn(state, one, other), inTurn(state, other, one))).toEqual([]);
  });
});
