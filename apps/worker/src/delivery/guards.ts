import { SUPPRESSED_REASON } from '@outbell/shared/constants/suppression.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Delivery, Stop } from './delivery.js';

/** The reason for a message not to walk on, or null. */
type Guard = (delivery: Delivery) => Outcome | null;

/** Stops those whom the guard has something against, and gives back those that walk on. */
export function pass(batch: Delivery[], guard: Guard, stop: Stop): Delivery[] {
  return batch.filter((delivery) => {
    const outcome = guard(delivery);
    if (outcome) stop(delivery, outcome);
    return outcome === null;
  });
}

/** Until a paused sender or tenant is looked at again, in ms. */
const PAUSE_MS = 60_000;

/** The address must not be messaged. */
export const suppressed: Guard = ({ message: { suppression, suppressionScope, suppressionTopic } }) =>
  suppression && {
    kind: 'suppressed',
    reason: SUPPRESSED_REASON[suppression],
    detail: { scope: suppressionScope, ...(suppressionTopic !== null && { topic: suppressionTopic }) },
  };

/** Its time has passed. */
export const expired: Guard = ({ message }) =>
  message.expired
    ? { kind: 'expired', reason: 'expired', detail: { expires_at: message.expiresAt?.toISOString() ?? null } }
    : null;

/** The sender may not send for now; spread, so that what waited does not come back in one moment. */
export const paused: Guard = ({ message }) =>
  message.senderStatus === 'paused'
    ? {
        kind: 'deferred',
        reason: 'sender_paused',
        afterMs: PAUSE_MS * (1 + Math.random()),
        detail: { sender_id: message.senderId },
      }
    : null;

/** The whole tenant may not send for now. Test keys disturb nobody. */
export const tenantPaused: Guard = ({ message }) =>
  message.tenantPause !== null && message.mode === 'live'
    ? {
        kind: 'deferred',
        reason: 'tenant_paused',
        afterMs: PAUSE_MS * (1 + Math.random()),
        detail: { pause_reason: message.tenantPause },
      }
    : null;
