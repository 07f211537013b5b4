import type { Circumstances, MessageHistory } from '@outbell/persistence/repositories/message.repository.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { DELIVERY_STEPS, type DeliveryStep, isOurs, REASONS } from '@outbell/shared/constants/reasons.js';

export type Verdict = 'passed' | 'waiting' | 'stopped' | 'ahead';

/** What was found at one step. `ahead`: it has not come to it; `seen` is then what it would find now. */
export interface Finding {
  step: DeliveryStep;
  verdict: Verdict;
  reason?: string;
  seen: Record<string, unknown>;
}

/** Why a message is where it is. */
export interface Explanation {
  status: MessageStatus;
  reason: string | null;
  /** When it will next be tried; null when never again, or not by us. */
  nextTryAt: Date | null;
  findings: Finding[];
}

/** Finds where the message stands and what was seen at each step up to there. Decides nothing: it reads what was recorded. */
export function explain(history: MessageHistory, now: Circumstances): Explanation {
  const { message } = history;
  const { step: at, verdict } = position(history, now);
  const halt = DELIVERY_STEPS.indexOf(at);
  const findings = DELIVERY_STEPS.map((step, index): Finding => {
    const own = index < halt ? 'passed' : index === halt ? verdict : 'ahead';
    const reason = index === halt && own !== 'passed' && message.reason !== null ? { reason: message.reason } : {};
    return { step, verdict: own, ...reason, seen: seen(step, history, now) };
  });
  const nextTryAt = message.status === 'queued' ? later(message.dueAt, now.now) : null;
  return { status: message.status, reason: message.reason, nextTryAt, findings };
}

interface Position {
  step: DeliveryStep;
  verdict: Verdict;
}

function position({ message }: MessageHistory, { now }: Circumstances): Position {
  switch (message.status) {
    case 'queued':
      if (message.reason) return { step: stepOf(message.reason), verdict: 'waiting' };
      return { step: message.dueAt > now ? 'schedule' : 'queue', verdict: 'waiting' };
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
    case 'canceled':
    case 'failed':
      return { step: stepOf(message.reason ?? ''), verdict: 'stopped' };
  }
}

function stepOf(reason: string): DeliveryStep {
  return isOurs(reason) ? REASONS[reason].step : 'provider';
}

function later(due: Date, now: Date): Date {
  return due > now ? due : now;
}

function seen(
  step: DeliveryStep,
  { message, events, attempts }: MessageHistory,
  now: Circumstances,
): Record<string, unknown> {
  const last = events.at(-1);
  switch (step) {
    case 'schedule':
      return { due_at: message.dueAt, now: now.now };
    case 'queue':
      return { priority: message.priority, published_again_at: message.wakeAt, crashes: message.crashes };
    case 'suppression':
      return { suppressed: now.suppression, since: now.suppressedSince };
    case 'expiry':
      return { expires_at: message.expiresAt };
    case 'sender':
      return { sender_id: message.senderId, status: now.senderStatus, status_reason: now.senderReason };
    case 'connection':
      return message.mode === 'test'
        ? { mode: 'test' }
        : { connection_id: message.connectionId ?? now.connectionId, provider: message.provider ?? now.provider };
    case 'limits':
      return last?.reason === 'rate_limited' ? { ...last.detail, slot_at: message.dueAt } : {};
    case 'content':
      return { template_version_id: message.templateVersionId, ...(stepOfEvent(last) === 'content' && last?.detail) };
    case 'provider':
      return { attempts: attempts.length, ...attempts.at(-1)?.detail };
    case 'receipt':
      return { provider_message_id: message.providerMessageId };
  }
}

function stepOfEvent(event: { reason: string | null } | undefined): DeliveryStep | null {
  return event?.reason ? stepOf(event.reason) : null;
}
