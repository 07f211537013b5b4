import type { AttemptSeen } from '@outbell/persistence/repositories/message.repository.js';
import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import type { DeliveryContext, MessageHistory } from '@outbell/persistence/repositories/message.repository.js';
import type { DeliveryStep } from '@outbell/shared/constants/reasons.js';
import type { KnownConnection } from './known-connections.js';
import { routeNow, takenRoute, recordedRoute, withoutRoute } from './route-values.js';

type Values = Record<string, unknown>;

/** What is true at the moment, of whatever may matter to the message. */
export type Seen = Omit<DeliveryContext, 'connections'> & { connections: KnownConnection[] };

/** Shows what was recorded of a step that a message has passed, whatever is true today. */
export function recorded(step: DeliveryStep, { message, attempts }: MessageHistory, now: Seen): Values {
  switch (step) {
    case 'schedule':
      // A time yet to come is that of the step at which it waits.
      return message.dueAt <= now.now ? { due_at: message.dueAt } : {};
    case 'queue':
      return { priority: message.priority, lost_leases: message.lostLeases };
    case 'expiry':
      return { expires_at: message.expiresAt };
    case 'sender':
      return { sender_id: message.senderId };
    case 'connection':
      return connectionOf(message, attempts.at(-1), now.connections);
    case 'content':
      return { template_version_id: message.templateVersionId };
    case 'provider':
      return { attempts: attempts.length, ...withoutRoute(attempts.at(-1)?.detail ?? null) };
    case 'receipt':
      return { provider_message_id: message.providerMessageId };
    case 'suppression':
    case 'limits':
      return {};
  }
}

/**
 * What a step finds now.
 *
 * @param reason why the message stands at this step; null for one that is ahead, or when nothing is against it
 */
export function present(step: DeliveryStep, history: MessageHistory, now: Seen, reason: string | null): Values {
  const { message } = history;
  const detail = detailAt(history, reason);
  switch (step) {
    case 'schedule':
      return { due_at: message.dueAt, now: now.now };
    case 'queue':
      return {
        ...recorded(step, history, now),
        ...(message.status === 'queued' && { published_again_at: now.runAt }),
        ...(now.permitAt !== null && { waits_for_permit_at: now.permitAt }),
      };
    case 'suppression':
      // What stopped it may have been taken back since.
      return {
        suppressed: now.suppression,
        since: now.suppressedSince,
        ...scopeOf(detail ?? { scope: now.suppressionScope, topic: now.suppressionTopic }),
      };
    case 'sender':
      return {
        ...{ sender_id: message.senderId, status: now.senderStatus, status_reason: now.senderReason },
        verified_over: now.senderVerifiedOver,
        ...withoutRoute(detail),
      };
    case 'connection':
      if (message.mode === 'test') return { mode: 'test' };
      return detail ? recordedRoute(detail, now.connections) : routeNow(message, now, now.connections);
    case 'limits':
      return reason === 'rate_limited' ? { ...withoutRoute(detail), slot_at: message.dueAt } : {};
    case 'provider':
      return detail ? { attempts: history.attempts.length, ...withoutRoute(detail) } : recorded(step, history, now);
    case 'expiry':
    case 'content':
    case 'receipt':
      return { ...recorded(step, history, now), ...withoutRoute(detail) };
  }
}

/** Which of the address's suppressions it met: for all, for bulk, or for its topic. */
function scopeOf({ scope, topic }: Values): Values {
  return { ...((scope ?? null) !== null && { scope }), ...((topic ?? null) !== null && { topic }) };
}

/** Finds the detail recorded with the reason, if that is the last that happened to the message itself. */
function detailAt({ events }: MessageHistory, reason: string | null): Values | null {
  const last = events.findLast(({ type }) => type !== 'fallback');
  return reason !== null && last?.reason === reason ? last.detail : null;
}

/** Which one was called, if its latest turn came so far: the fence of a turn is that of its attempt. */
function connectionOf(
  { mode, fence }: MessageEntity,
  last: AttemptSeen | undefined,
  connections: KnownConnection[],
): Values {
  if (mode === 'test') return { mode };
  return last?.fence === fence ? takenRoute(last, connections) : {};
}
