import type { MessageStatus } from '@outbell/shared/constants/message-status.js';

/**
 * What a vendor's callback or look-up may say of a call, the weaker word first. Each is proof that the vendor took it. A stronger word
 * replaces a weaker one, whichever arrives first: a mailbox may bounce what its server took, and people complain of what they have.
 */
export const RECEIPTS = ['sent', 'delivered', 'bounced', 'complained'] as const satisfies MessageStatus[];
export type Receipt = (typeof RECEIPTS)[number];

/** Whether a receipt says more than is known of a message in this status. All that is no receipt knows less than any. */
export function saysMore(receipt: Receipt, status: MessageStatus): boolean {
  return RECEIPTS.indexOf(receipt) > (RECEIPTS as readonly MessageStatus[]).indexOf(status);
}
