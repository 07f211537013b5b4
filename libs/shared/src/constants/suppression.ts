import type { Channel } from './channels.js';
import type { SuppressionReason } from '../outcome.js';
import type { Reason } from './reasons.js';
import type { SuppressionScope } from './suppression-scopes.js';

/**
 * The person's own word, where the other reasons are a server's or the tenant's. It also stops the message's fallbacks
 * by other channels.
 */
export const REFUSALS = ['unsubscribe', 'complaint'] as const satisfies SuppressionReason[];

export function isRefusal(reason: SuppressionReason): boolean {
  return REFUSALS.some((refusal) => refusal === reason);
}

/**
 * For what a suppression holds where nobody says more: who unsubscribes from mail means newsletters, and still wants
 * the code to log in. STOP to a telephone number is for all that comes from it.
 */
export function usualScope(channel: Channel, reason: SuppressionReason): SuppressionScope {
  return channel === 'email' && reason === 'unsubscribe' ? 'bulk' : 'all';
}

/** Why a message to a suppressed address is not sent, in our words. */
export const SUPPRESSED_REASON = {
  unsubscribe: 'recipient_unsubscribed',
  bounce: 'recipient_bounced',
  invalid: 'recipient_invalid',
  complaint: 'recipient_complained',
  manual: 'recipient_blocked',
} as const satisfies Record<SuppressionReason, Reason>;
