import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import type { FallbackSeen } from '@outbell/persistence/engine/fallback.repository.js';
import type { MessageHistory } from '@outbell/persistence/repositories/message.repository.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { DELIVERY_STEPS, type DeliveryStep, isOurs, REASONS } from '@outbell/shared/constants/reasons.js';
import { present, recorded, type Seen } from './step-values.js';

export type Verdict = 'passed' | 'waiting' | 'stopped' | 'pending';

/** What was found at one step: recorded where it has passed, of this moment where it stands and `pending` of that. */
export interface Finding {
  step: DeliveryStep;
  verdict: Verdict;
  reason?: string;
  seen: Record<string, unknown>;
}

/** Why a message is where it is. */
export interface Explanation {
  status: MessageStatus;
  /** Why it stands where it stands. What held it back before is history, and in its timeline. */
  reason: string | null;
  /**
   * When it is published next, should no worker take it before: of a message that is due a wake-up may be under way.
   * Null: never again, or not by us.
   */
  nextTryAt: Date | null;
  findings: Finding[];
  /** What goes by other channels, in order. */
  fallbacks: FallbackSeen[];
  /** The message it stands in for. */
  fallbackOf: string | null;
}

/**
 * Finds where the message stands and what was seen at each step up to there. Decides nothing: it reads what was
 * recorded.
 */
export function explain(history: MessageHistory, now: Seen): Explanation {
  const { message, fallbacks, fallbackOf } = history;
  const { step: at, verdict } = position(history, now);
  const halt = DELIVERY_STEPS.indexOf(at);
  const reason = reasonAt(at, message);
  const findings = DELIVERY_STEPS.map((step, index): Finding => {
    if (index < halt) return { step, verdict: 'passed', seen: recorded(step, history, now) };
    if (index > halt) return { step, verdict: 'pending', seen: present(step, history, now, null) };
    if (verdict === 'passed') return { step, verdict, seen: recorded(step, history, now) };
    return { step, verdict, ...(reason !== null && { reason }), seen: present(step, history, now, reason) };
  });
  return { status: message.status, reason, nextTryAt: nextTry(history, now), findings, fallbacks, fallbackOf };
}

interface Position {
  step: DeliveryStep;
  verdict: Verdict;
}

function position({ message, attempts }: MessageHistory, { now }: Seen): Position {
  const last = attempts.at(-1);
  switch (message.status) {
    case 'queued':
      // Whatever it was put off for: once it is due again, it waits for a worker.
      if (message.dueAt <= now) return { step: 'queue', verdict: 'waiting' };
      return { step: message.reason === null ? 'schedule' : stepOf(message.reason), verdict: 'waiting' };
    case 'processing':
      return { step: 'suppression', verdict: 'waiting' };
    case 'sending':
    case 'unknown':
      return { step: 'provider', verdict: 'waiting' };
    case 'sent':
      return { step: 'receipt', verdict: 'waiting' };
    case 'delivered':
      return { step: 'receipt', verdict: 'passed' };
    case 'bounced':
    case 'complained':
      return { step: 'receipt', verdict: 'stopped' };
    case 'suppressed':
      return { step: 'suppression', verdict: 'stopped' };
    case 'expired':
      return { step: 'expiry', verdict: 'stopped' };
    case 'failed':
      // The vendor had taken it, and said later that it gave it up.
      if (last?.outcome === 'sent' && last.fence === message.fence) return { step: 'receipt', verdict: 'stopped' };
      return { step: stepOf(message.reason ?? ''), verdict: 'stopped' };
    case 'canceled':
      return { step: stepOf(message.reason ?? ''), verdict: 'stopped' };
  }
}

function stepOf(reason: string): DeliveryStep {
  return isOurs(reason) ? REASONS[reason].step : 'provider';
}

function reasonAt(step: DeliveryStep, { status, reason }: MessageEntity): string | null {
  // What it waited for until it was taken.
  if (status === 'processing') return null;
  return status === 'queued' && reason !== null && stepOf(reason) !== step ? null : reason;
}

function nextTry({ message, resend }: MessageHistory, { runAt, now }: Seen): Date | null {
  const { status, dueAt } = message;
  if (status === 'unknown') return resend?.lookAt ?? null;
  if (status !== 'queued') return null;
  return new Date(Math.max(dueAt.getTime(), runAt?.getTime() ?? 0, now.getTime()));
}
