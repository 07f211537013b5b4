import type { Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { SENDER_REPORTS } from '@outbell/persistence/engine/outbox/sender-reports.subscriber.js';
import { STATUS_POLLS } from '@outbell/persistence/engine/outbox/status-polls.subscriber.js';
import { NO_RETRY_CONTEXT, type RetryContext, transitionFor } from '@outbell/persistence/engine/transition-for.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import { usualScope } from '@outbell/shared/constants/suppression.js';
import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';
import { type Delivery, type Marked, type Routed, waitsForPermit } from './delivery.js';

/** Computes what an outcome makes of a message: its next state, the fact to remember, and when it is due again. */
export function settlement(delivery: Delivery | Marked, outcome: Outcome, policy: RetryPolicy): Settlement {
  const { message, route } = delivery;
  const attempt = 'attempt' in delivery ? delivery.attempt : null;
  const limit = message.attemptLimit ?? policy.attempts;
  const result = transitionFor(outcome, attempt, limit, policy, retryContext(delivery));
  return {
    id: message.id,
    fence: message.fence,
    outcome: outcome.kind,
    reason: outcome.kind === 'sent' ? null : outcome.reason,
    detail: route === undefined ? (outcome.detail ?? null) : { ...outcome.detail, route },
    attempt,
    calledMsAgo: 'attempt' in delivery ? Math.round(performance.now() - delivery.markedAt) : null,
    providerMessageId: outcome.kind === 'sent' ? (outcome.providerMessageId ?? null) : null,
    slotGraceMs: result.event === 'failover' ? SLOT_GRACE_MS : slotGraceOf(outcome),
    ...suppression(delivery, outcome),
    permitAt: permitAt(delivery, outcome),
    listener: listener(delivery, outcome),
    ...result,
    ...(waitsOn(delivery, outcome) && { event: null }),
  };
}

function suppression({ message }: Delivery, outcome: Outcome): Pick<Settlement, 'suppress' | 'suppressScope'> {
  if (outcome.kind !== 'rejected' || !outcome.suppress) return { suppress: null };
  const { suppress, suppressScope } = outcome;
  return { suppress, suppressScope: suppressScope ?? usualScope(message.channel, suppress) };
}

function retryContext(delivery: Delivery | Marked): RetryContext {
  const { past } = delivery.message;
  if (past === null && !('attempt' in delivery)) return NO_RETRY_CONTEXT;
  const maybeSentMsAgo = past?.maybeSentMsAgo ?? null;
  return {
    failovers: past?.failovers ?? 0,
    maybeSent: maybeSentMsAgo !== null,
    elsewhere: 'attempt' in delivery && delivery.elsewhere,
    repeatForMs: 'attempt' in delivery ? delivery.connection.repeatForMs(maybeSentMsAgo ?? 0) : null,
  };
}

function slotGraceOf(outcome: Outcome): number | null {
  return outcome.kind === 'deferred' ? (outcome.slotGraceMs ?? null) : null;
}

/** An empty place there calls for it before its time. */
function permitAt(delivery: Delivery | Routed, outcome: Outcome): string | null {
  return waitsForPermit(outcome) && 'connection' in delivery ? delivery.connection.deferralKey : null;
}

/**
 * Names the subscriber that hears of it besides those who listen to the message, for it is known only now that they
 * have to.
 */
function listener(delivery: Delivery | Marked, outcome: Outcome): string | null {
  if (!('connection' in delivery)) return null;
  const { message, connection } = delivery;
  if (outcome.kind === 'sent') {
    const askable =
      connection.canPollStatus && connection.connectionId !== null && outcome.providerMessageId !== undefined;
    return askable ? STATUS_POLLS.name : null;
  }
  const refused = outcome.kind === 'rejected' && outcome.reason === 'policy_rejected';
  return refused && message.channel === 'email' && message.mode === 'live' ? SENDER_REPORTS.name : null;
}

/**
 * Looked at again, and still waiting for the same: nothing to add to its history. A slot that was booked anew is worth
 * telling.
 */
function waitsOn({ message }: Delivery, outcome: Outcome): boolean {
  if (outcome.kind !== 'deferred' || outcome.reason !== message.waitedFor) return false;
  return outcome.reason !== 'rate_limited' || outcome.slotGraceMs === undefined;
}
