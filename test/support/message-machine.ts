import { resultFacts } from '@outbell/persistence/engine/transition-for.js';
import type { Facts, Transition, Trigger } from '@outbell/persistence/engine/transition.js';
import { transitionOf } from '@outbell/persistence/engine/transitions.js';
import { LOST_LEASE_LIMIT } from '@outbell/planning/lost-lease-limit.js';
import { nextWait, type RetryPolicy } from '@outbell/planning/retry-policy.js';
import type { MessageEvent, MessageState } from './message-state.js';

/** What happens, as the table of transitions names it. */
interface Happening {
  on: Trigger;
  facts: Facts;
  /** Given with it. */
  reason?: string | null;
  /** An attempt was begun. */
  begun?: boolean;
  /** Until it is due, where that is not now, in ms. */
  dueInMs?: number | null;
}

/**
 * Carries out the table of transitions on one message without a database, so that thousands of interleavings can be
 * tried in a second. `test/message-machine.spec.ts` holds it against the statements that are made of the same table.
 *
 * @returns the very same state when the event does not count
 */
export function next(state: MessageState, event: MessageEvent, policy: RetryPolicy): MessageState {
  if (event.type === 'due') return state.status === 'queued' && !state.due ? { ...state, due: true } : state;
  if (event.type === 'lease over') return state.lease === 'running' ? { ...state, lease: 'over' } : state;
  if ('fence' in event && event.fence !== state.fence) return state;
  const happening = happeningOf(state, event, policy);
  const row = transitionOf(happening.on, state.status, { ...factsOf(state), ...happening.facts });
  if (!row) return state;
  const limit = event.type === 'retry' ? { attemptLimit: state.attempts + event.attempts } : {};
  return { ...state, ...limit, ...written(state, row, happening) };
}

type Timeless = Exclude<MessageEvent, { type: 'due' | 'lease over' }>;

function happeningOf(state: MessageState, event: Timeless, policy: RetryPolicy): Happening {
  switch (event.type) {
    case 'claim':
    case 'mark':
    case 'cancel':
      return { on: event.type, facts: {} };
    case 'release':
      return { on: 'release', facts: {}, begun: state.status === 'sending' };
    case 'retry':
      return { on: 'requeue', facts: {} };
    case 'settle':
      return resultOf(state, event, policy);
    case 'receipt':
      return {
        on: `receipt ${event.receipt}`,
        facts: { latestAttempt: event.attempt === state.attempts },
        reason: event.reason,
      };
    case 'rescue': {
      const lastLease = state.lostLeases + 1 >= LOST_LEASE_LIMIT;
      return {
        on: 'lease_lost',
        facts: { counted: event.counted, lastLease, repeatable: event.repeatable === true && !lastLease },
      };
    }
  }
}

function resultOf(
  state: MessageState,
  event: Extract<MessageEvent, { type: 'settle' }>,
  policy: RetryPolicy,
): Happening {
  const { attempt, outcome, elsewhere = false, repeatable } = event;
  const { failovers, maybeSent } = state;
  const wait = nextWait(policy, (attempt ?? 1) - failovers, state.attemptLimit ?? policy.attempts);
  const context = { failovers, maybeSent, elsewhere, repeatForMs: repeatable ? Infinity : null };
  return {
    on: `result ${outcome.kind}`,
    facts: { ...resultFacts(outcome, wait, context), latestAttempt: state.attempts === attempt },
    reason: outcome.kind === 'sent' ? null : outcome.reason,
    begun: attempt !== null,
    dueInMs: outcome.kind === 'deferred' ? outcome.afterMs : wait,
  };
}

function factsOf({ due, lease, maybeSent, reason }: MessageState): Facts {
  return {
    ...{ due, leaseRunning: lease === 'running', leaseOver: lease === 'over', maybeSent },
    lostWhileSending: reason === 'worker_lost_while_sending',
  };
}

function written(
  state: MessageState,
  row: Transition,
  { reason = null, begun, dueInMs }: Happening,
): Partial<MessageState> {
  return {
    status: row.to,
    ...(row.reason !== undefined && {
      reason: row.reason === 'as given' ? (reason ?? row.unnamed ?? null) : row.reason,
    }),
    ...(row.fence && { fence: state.fence + 1 }),
    ...(row.lease && { lease: row.lease === 'taken' ? 'running' : null }),
    ...(row.attempt === 'opened' && { attempts: state.attempts + 1 }),
    ...(row.attempt === 'taken back' && begun && { attempts: state.attempts - 1 }),
    ...(row.lostLeases && { lostLeases: row.lostLeases === 'counted' ? state.lostLeases + 1 : 0 }),
    ...(row.failovers && { failovers: row.failovers === 'counted' ? state.failovers + 1 : 0 }),
    ...(row.maybeSent && { maybeSent: row.maybeSent !== 'forgotten' }),
    ...(row.schedule === 'now' && { due: true }),
    ...((row.schedule === 'back-off' || row.schedule === 'as asked') && { due: (dueInMs ?? 0) <= 0 }),
  };
}
