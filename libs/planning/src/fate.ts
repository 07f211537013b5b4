import type { Outcome } from '@outbell/shared/outcome.js';
import { type RetryPolicy, retryDelay } from './retry-policy.js';

/** Where an outcome leads a message: its next status, the fact to remember, and when it is due again (ms from now; null: never). */
export type Fate =
  | { status: 'queued'; event: 'deferred' | 'retry'; dueAfterMs: number }
  | { status: Ending; event: Ending; dueAfterMs: null };

type Ending = 'sent' | 'failed' | 'suppressed' | 'expired' | 'unknown';

/**
 * @param attempt the attempt that ended so; null when no provider was called
 * @param limit attempts after which a message is dead
 */
export function fate(outcome: Outcome, attempt: number | null, limit: number, policy: RetryPolicy): Fate {
  switch (outcome.kind) {
    case 'deferred':
      return { status: 'queued', event: 'deferred', dueAfterMs: Math.ceil(outcome.afterMs) };
    case 'retry': {
      const spent = attempt ?? 1;
      if (spent >= limit) return ended('failed');
      // After a tenant's own retry the waits begin anew: they count from the attempts it was given.
      const turn = Math.max(1, spent - Math.max(0, limit - policy.attempts));
      return { status: 'queued', event: 'retry', dueAfterMs: retryDelay(policy, turn, outcome.after) };
    }
    case 'rejected':
      return ended('failed');
    case 'sent':
    case 'suppressed':
    case 'expired':
    case 'unknown':
      return ended(outcome.kind);
  }
}

function ended(status: Ending): Fate {
  return { status, event: status, dueAfterMs: null };
}
