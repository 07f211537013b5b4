import { CANCELABLE, type MessageStatus, RETRYABLE } from '@outbell/shared/constants/message-status.js';
import { CRASH_LIMIT } from './crash-limit.js';
import { fate, type Prospects } from './fate.js';
import type { MessageEvent, MessageState } from './message-state.js';
import { saysMore } from './receipts.js';
import type { RetryPolicy } from './retry-policy.js';

/**
 * What an event makes of a message: the rules that the statements of libs/persistence carry out on rows, said once more without a
 * database, so that thousands of interleavings can be tried in a second. `test/message-machine.spec.ts` holds the two against each other.
 *
 * @returns the very same state when the event does not count
 */
export function next(state: MessageState, event: MessageEvent, policy: RetryPolicy): MessageState {
  switch (event.type) {
    case 'due':
      return state.status === 'queued' && !state.due ? { ...state, due: true } : state;
    case 'lease over':
      return state.lease === 'running' ? { ...state, lease: 'over' } : state;
    case 'claim':
      return claim(state);
    case 'mark':
      return mark(state, event.fence);
    case 'release':
      return release(state, event.fence);
    case 'settle':
      return settle(state, event, policy);
    case 'rescue':
      return rescue(state, event.counted, event.repeatable ?? false);
    case 'cancel':
      return cancel(state);
    case 'retry':
      return retry(state, event.attempts);
    case 'receipt':
      return receive(state, event);
  }
}

function claim(state: MessageState): MessageState {
  if (state.status !== 'queued' || !state.due) return state;
  return { ...state, status: 'processing', fence: state.fence + 1, lease: 'running' };
}

function mark(state: MessageState, fence: number): MessageState {
  if (state.fence !== fence || state.status !== 'processing' || state.lease !== 'running') return state;
  return { ...state, status: 'sending', attempts: state.attempts + 1, reason: null };
}

/** It counts as a crash, and an attempt that was opened is taken back. */
function release(state: MessageState, fence: number): MessageState {
  if (state.fence !== fence || !isHeld(state)) return state;
  const attempts = state.attempts - (state.status === 'sending' ? 1 : 0);
  return { ...state, status: 'queued', attempts, lostLeases: state.lostLeases + 1, lease: null };
}

type Settled = Extract<MessageEvent, { type: 'settle' }>;

function settle(state: MessageState, event: Settled, policy: RetryPolicy): MessageState {
  const { fence, attempt, outcome } = event;
  if (state.fence !== fence || !(isHeld(state) || countsLate(state, attempt, outcome.kind))) return state;
  const limit = state.attemptLimit ?? policy.attempts;
  const fact = fate(outcome, attempt, limit, policy, prospects(state, event));
  const { status, dueAfterMs } = fact;
  return {
    ...state,
    status,
    reason: outcome.kind === 'sent' ? null : outcome.reason,
    due: dueAfterMs === null ? state.due : dueAfterMs <= 0,
    lease: null,
    // A deferral spends no attempt: one that was opened and not used is taken back.
    attempts: state.attempts - (outcome.kind === 'deferred' && attempt !== null ? 1 : 0),
    failovers: state.failovers + (fact.event === 'failover' ? 1 : 0),
    maybeSent: state.maybeSent || fact.event === 'repeat',
  };
}

function prospects({ failovers, maybeSent }: MessageState, { elsewhere, repeatable }: Settled): Prospects {
  return { failovers, maybeSent, elsewhere: elsewhere ?? false, repeatForMs: repeatable ? Infinity : null };
}

/** Upkeep has ended the lease since. Evidence resolves `unknown`, and what turns out to be sent leaves the queue; silence adds nothing. */
function countsLate(state: MessageState, attempt: number | null, outcome: Settled['outcome']['kind']): boolean {
  if (state.status === 'unknown') return outcome !== 'unknown' || state.reason === 'worker_lost_while_sending';
  return state.status === 'queued' && outcome === 'sent' && state.attempts === attempt;
}

function rescue(state: MessageState, counted: boolean, repeatable: boolean): MessageState {
  if (!isHeld(state) || state.lease !== 'over') return state;
  if (state.status === 'sending') {
    const lost = { ...state, reason: 'worker_lost_while_sending', lease: null };
    const lostLeases = state.lostLeases + 1;
    if (!repeatable || lostLeases >= CRASH_LIMIT) return { ...lost, status: 'unknown' };
    return { ...lost, status: 'queued', lostLeases, maybeSent: true };
  }
  const lostLeases = state.lostLeases + (counted ? 1 : 0);
  const isDead = counted && lostLeases >= CRASH_LIMIT;
  const status = isDead ? (state.maybeSent ? 'unknown' : 'failed') : 'queued';
  return { ...state, status, reason: 'worker_lost', lostLeases, lease: null };
}

function cancel(state: MessageState): MessageState {
  if (!isOneOf(state, CANCELABLE) || state.maybeSent) return state;
  return { ...state, status: 'canceled', reason: 'canceled_by_tenant' };
}

function retry(state: MessageState, attempts: number): MessageState {
  if (!isOneOf(state, RETRYABLE)) return state;
  const attemptLimit = state.attempts + attempts;
  const anew = { reason: null, lostLeases: 0, failovers: 0, maybeSent: false };
  return { ...state, ...anew, status: 'queued', attemptLimit, due: true };
}

type Received = Extract<MessageEvent, { type: 'receipt' }>;

/**
 * A message speaks of its latest attempt: a receipt for an earlier one, after the tenant's retry, is kept with that attempt alone. The vendor
 * has said what became of it, so that nothing may have been sent any more.
 */
function receive(state: MessageState, { attempt, receipt, reason }: Received): MessageState {
  if (attempt !== state.attempts || !saysMore(receipt, state.status)) return state;
  return { ...state, status: receipt, reason, lease: null, maybeSent: false };
}

function isHeld({ status }: MessageState): boolean {
  return status === 'processing' || status === 'sending';
}

function isOneOf({ status }: MessageState, statuses: readonly MessageStatus[]): boolean {
  return statuses.includes(status);
}
