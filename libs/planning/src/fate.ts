import type { Outcome } from '@outbell/shared/outcome.js';
import { mayMoveOn } from './connection-fault.js';
import { type RetryPolicy, retryDelay } from './retry-policy.js';

/**
 * Where an outcome leads a message: its next status, the fact to remember, and when it is due again (ms from now; null: never).
 * `failover`: another connection takes it at once. `repeat`: the same connection is called again under the same key.
 */
export type Fate =
  | { status: 'queued'; event: 'deferred' | 'retry' | 'failover' | 'repeat'; dueAfterMs: number }
  | { status: Ending; event: Ending; dueAfterMs: null };

type Ending = 'sent' | 'failed' | 'suppressed' | 'expired' | 'unknown';

/** What besides the outcome decides. */
export interface Prospects {
  /** Attempts so far that another connection took over at once. */
  failovers: number;
  /** A connection that has not failed it yet would take it now. */
  elsewhere: boolean;
  /** An earlier call may have sent it: then nothing that follows proves that it was not. */
  maybeSent: boolean;
  /** For how long still a repeat at this connection counts once, in ms; null: it never does. */
  repeatForMs: number | null;
}

export const NO_PROSPECTS: Prospects = { failovers: 0, elsewhere: false, maybeSent: false, repeatForMs: null };

/**
 * @param attempt the attempt that ended so; null when no provider was called
 * @param limit attempts after which a message is dead; those that failed over are not counted
 */
export function fate(
  outcome: Outcome,
  attempt: number | null,
  limit: number,
  policy: RetryPolicy,
  prospects: Prospects = NO_PROSPECTS,
): Fate {
  const { failovers, maybeSent, elsewhere, repeatForMs } = prospects;
  switch (outcome.kind) {
    case 'deferred':
      return { status: 'queued', event: 'deferred', dueAfterMs: Math.ceil(outcome.afterMs) };
    case 'retry': {
      if (elsewhere && !maybeSent && mayMoveOn(outcome)) return { status: 'queued', event: 'failover', dueAfterMs: 0 };
      const dueAfterMs = nextWait((attempt ?? 1) - failovers, limit, policy, outcome.after);
      if (maybeSent) return within(repeatForMs, 'retry', dueAfterMs);
      return dueAfterMs === null ? ended('failed') : { status: 'queued', event: 'retry', dueAfterMs };
    }
    case 'unknown':
      return within(repeatForMs, 'repeat', nextWait((attempt ?? 1) - failovers, limit, policy));
    case 'rejected':
      if (elsewhere && !maybeSent && mayMoveOn(outcome)) return { status: 'queued', event: 'failover', dueAfterMs: 0 };
      return ended(maybeSent ? 'unknown' : 'failed');
    case 'suppressed':
    case 'expired':
      return ended(maybeSent ? 'unknown' : outcome.kind);
    case 'sent':
      return ended('sent');
  }
}

/** Null when the attempts are spent. After a tenant's own retry the waits begin anew: they count from the attempts it was given. */
function nextWait(spent: number, limit: number, policy: RetryPolicy, vendorAfterMs?: number): number | null {
  if (spent >= limit) return null;
  return retryDelay(policy, Math.max(1, spent - Math.max(0, limit - policy.attempts)), vendorAfterMs);
}

/** Called again only while a repeat counts once. */
function within(repeatForMs: number | null, event: 'retry' | 'repeat', dueAfterMs: number | null): Fate {
  if (repeatForMs === null || dueAfterMs === null || dueAfterMs >= repeatForMs) return ended('unknown');
  return { status: 'queued', event, dueAfterMs };
}

function ended(status: Ending): Fate {
  return { status, event: status, dueAfterMs: null };
}
