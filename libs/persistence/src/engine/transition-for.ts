import { mayMoveOn } from '@outbell/planning/connection-fault.js';
import { nextWait, type RetryPolicy } from '@outbell/planning/retry-policy.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { MessageEventType } from '../entities/message-event.entity.js';
import type { Facts, Transition } from './transition.js';
import { fits, transitionsOn } from './transitions.js';

/** Says where an outcome leads a message, and when it is due again (ms from now; null: never). */
export interface Result {
  status: MessageStatus;
  event: MessageEventType;
  dueAfterMs: number | null;
}

/** Describes what besides the outcome decides. */
export interface RetryContext {
  /** Attempts so far that another connection took over at once. */
  failovers: number;
  /** A connection that has not failed it yet would take it now. */
  elsewhere: boolean;
  /** An earlier call may have sent it: then nothing that follows proves that it was not. */
  maybeSent: boolean;
  /** For how long still a repeat at this connection counts once, in ms; null: it never does. */
  repeatForMs: number | null;
}

export const NO_RETRY_CONTEXT: RetryContext = { failovers: 0, elsewhere: false, maybeSent: false, repeatForMs: null };

/**
 * Looks up what a result makes of a message.
 *
 * @param attempt the attempt that ended so; null when no provider was called
 * @param limit attempts after which a message is dead; those that failed over are not counted
 */
export function transitionFor(
  outcome: Outcome,
  attempt: number | null,
  limit: number,
  policy: RetryPolicy,
  context: RetryContext = NO_RETRY_CONTEXT,
): Result {
  const spent = (attempt ?? 1) - context.failovers;
  const wait = nextWait(policy, spent, limit, outcome.kind === 'retry' ? outcome.after : undefined);
  const facts = resultFacts(outcome, wait, context);
  const row = transitionsOn(`result ${outcome.kind}`).find(({ when }) => fits(when, { ...facts }));
  if (!row || row.event === 'as given' || row.event === null) throw new Error(`no result of ${outcome.kind}`);
  return { status: row.to, event: row.event, dueAfterMs: dueAfter(row, outcome, wait) };
}

/** @param wait ms until the next attempt; null: none is left */
export function resultFacts(outcome: Outcome, wait: number | null, context: RetryContext): Facts {
  const { elsewhere, maybeSent, repeatForMs } = context;
  return {
    maybeSent,
    movesOn: elsewhere && mayMoveOn(outcome),
    routesDown: outcome.kind === 'deferred' && outcome.reason === 'all_routes_down',
    attemptsLeft: wait !== null,
    repeats: wait !== null && repeatForMs !== null && wait < repeatForMs,
  };
}

function dueAfter({ schedule }: Transition, outcome: Outcome, wait: number | null): number | null {
  if (schedule === 'now') return 0;
  if (schedule === 'back-off') return wait;
  return outcome.kind === 'deferred' ? Math.ceil(outcome.afterMs) : null;
}
