import type { Settlement } from '@outbell/persistence/repositories/delivery.repository.js';
import type { MessageEventType } from '@outbell/persistence/entities/message-event.entity.js';
import { type RetryPolicy, retryDelay } from '@outbell/planning/retry-policy.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
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
    providerMessageId: outcome.kind === 'sent' ? (outcome.providerMessageId ?? null) : null,
    slotGraceMs: outcome.kind === 'deferred' ? (outcome.slotGraceMs ?? null) : null,
    suppress: outcome.kind === 'rejected' ? (outcome.suppress ?? null) : null,
    ...next(outcome, attempt, message.attemptLimit ?? policy.attempts, policy),
    ...(waitsOn(delivery, outcome) && { event: null }),
  };
}

/** Looked at again, and still waiting for the same: nothing to add to its history. A booked slot is worth telling. */
function waitsOn({ message }: Delivery, outcome: Outcome): boolean {
  return outcome.kind === 'deferred' && outcome.slotGraceMs === undefined && outcome.reason === message.waitedFor;
}

type Next = { status: MessageStatus; event: MessageEventType; dueAfterMs: number | null };

function next(outcome: Outcome, attempt: number | null, limit: number, policy: RetryPolicy): Next {
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

function ended(status: 'sent' | 'failed' | 'suppressed' | 'expired' | 'unknown'): Next {
  return { status, event: status, dueAfterMs: null };
}
