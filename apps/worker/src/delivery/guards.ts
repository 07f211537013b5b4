import type { Reason } from '@outbell/shared/constants/reasons.js';
import { SUPPRESSED_REASON } from '@outbell/shared/constants/suppression.js';
import type { Detail, Outcome } from '@outbell/shared/outcome.js';
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

/** The sender may not send for now. */
export const paused: Guard = ({ message: { senderStatus, senderId } }) =>
  senderStatus === 'paused' ? pause({ reason: 'sender_paused', detail: { sender_id: senderId } }) : null;

/** The whole tenant may not send for now. Test keys disturb nobody. */
export const tenantPaused: Guard = ({ message: { tenantPause, mode } }) =>
  tenantPause !== null && mode === 'live'
    ? pause({ reason: 'tenant_paused', detail: { pause_reason: tenantPause } })
    : null;

/** Spread, so that what waited does not come back in one moment. */
function pause(why: { reason: Reason; detail: Detail }): Outcome {
  return { kind: 'deferred', afterMs: PAUSE_MS * (1 + Math.random()), ...why };
}
