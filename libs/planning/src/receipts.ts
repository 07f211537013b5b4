import type { MessageStatus } from '@outbell/shared/constants/message-status.js';

/**
 * What a vendor's callback or look-up may say of a call, the weaker word first. Each is proof that the vendor took it.
 * A stronger word replaces a weaker one, whichever arrives first: a vendor may deliver what it had given up, a mailbox
 * may bounce what its server took, and people complain of what they have.
 */
export const RECEIPTS = ['sent', 'failed', 'delivered', 'bounced', 'complained'] as const satisfies MessageStatus[];
export type Receipt = (typeof RECEIPTS)[number];

/** The receipt that a vendor's word comes to: it cannot defer, and nobody can open, what it has not taken. */
export const RECEIPT_OF = {
  deferred: 'sent',
  sent: 'sent',
  failed: 'failed',
  delivered: 'delivered',
  opened: 'delivered',
  clicked: 'delivered',
  bounced: 'bounced',
  unsubscribed: 'delivered',
  resubscribed: 'delivered',
  complained: 'complained',
} as const satisfies Record<string, Receipt>;
