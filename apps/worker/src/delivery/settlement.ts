import type { Settlement } from '@outbell/persistence/repositories/delivery.repository.js';
import { fate } from '@outbell/planning/fate.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Delivery, Marked } from './delivery.js';

/** What an outcome makes of a message: its next state, the fact to remember, and when it is due again. */
export function settlement(delivery: Delivery | Marked, outcome: Outcome, policy: RetryPolicy): Settlement {
  const { message } = delivery;
  const attempt = 'attempt' in delivery ? delivery.attempt : null;
  return {
    id: message.id,
    fence: message.fence,
    outcome: outcome.kind,
    reason: outcome.kind === 'sent' ? null : outcome.reason,
    detail: outcome.detail ?? null,
    attempt,
    calledMsAgo: 'attempt' in delivery ? Math.round(performance.now() - delivery.markedAt) : null,
    providerMessageId: outcome.kind === 'sent' ? (outcome.providerMessageId ?? null) : null,
    slotGraceMs: outcome.kind === 'deferred' ? (outcome.slotGraceMs ?? null) : null,
    suppress: outcome.kind === 'rejected' ? (outcome.suppress ?? null) : null,
    ...fate(outcome, attempt, message.attemptLimit ?? policy.attempts, policy),
    ...(waitsOn(delivery, outcome) && { event: null }),
  };
}

/** Looked at again, and still waiting for the same: nothing to add to its history. A booked slot is worth telling. */
function waitsOn({ message }: Delivery, outcome: Outcome): boolean {
  return outcome.kind === 'deferred' && outcome.slotGraceMs === undefined && outcome.reason === message.waitedFor;
}
