import type { Outcome } from '@outbell/shared/outcome.js';

/** Refusals for now that speak of the recipient or the message: any connection would meet them. */
const OF_THE_MESSAGE = new Set(['mailbox_busy', 'mailbox_full', 'policy_deferred']);

/** The connection works, and has no room for this one: another may, and nothing is wrong with it. */
const OF_THE_MOMENT = new Set([
  'vendor_rate_limited',
  'recipient_rate_limited',
  'vendor_queue_full',
  'temporary_failure',
  'server_out_of_storage',
]);

/** Silences and failures after which nobody knows what became of the message: a vendor in trouble. */
const SILENCES = new Set(['vendor_error', 'no_reply_after_data', 'timeout']);

/** Whether another connection may take it at once: it is proven not sent, and that was not for the message's own sake. */
export function mayMoveOn(outcome: Outcome): boolean {
  return outcome.kind === 'retry' && !OF_THE_MESSAGE.has(outcome.reason);
}

/** Whether the connection itself is at fault. Many in a row, and it is out of order. */
export function isConnectionFault(outcome: Outcome): boolean {
  if (outcome.kind === 'unknown') return SILENCES.has(outcome.reason);
  return mayMoveOn(outcome) && outcome.kind === 'retry' && !OF_THE_MOMENT.has(outcome.reason);
}
