import type { Arrival } from '../inbox/arrival.js';
import type { ReceiptKind } from './receipt-writer.js';

const USUAL: ReceiptKind[] = ['sent', 'delivered'];

/** By the local part of a mail address, what follows a + left out. */
const MAILBOXES: Record<string, ReceiptKind[]> = {
  bounce: ['sent', 'bounced'],
  bounced: ['sent', 'bounced'],
  'soft-bounce': ['sent', 'deferred', 'soft_bounced'],
  deferred: ['sent', 'deferred', 'delivered'],
  complaint: ['sent', 'delivered', 'complained'],
  complained: ['sent', 'delivered', 'complained'],
  unsubscribe: ['sent', 'delivered', 'unsubscribed'],
  open: ['sent', 'delivered', 'opened'],
  click: ['sent', 'delivered', 'opened', 'clicked'],
  silent: [],
};

/** By the last four digits of a number; 555-01xx is nobody's. */
const NUMBERS: Record<string, ReceiptKind[]> = {
  '0101': ['sent', 'failed'],
  '0102': ['sent', 'delivered', 'stop'],
  '0103': [],
};

/** WhatsApp shows what was read. */
const READ_NUMBER = '0104';

/** What a vendor reports of a message by itself: magic recipients decide, as the README lists them. */
export function receiptStory({ channel, to }: Pick<Arrival, 'channel' | 'to'>): readonly ReceiptKind[] {
  const recipient = to[0] ?? '';
  if (channel === 'email') return MAILBOXES[recipient.toLowerCase().split(/[+@]/)[0] ?? ''] ?? USUAL;
  if (channel === 'whatsapp' && recipient.endsWith(READ_NUMBER)) return [...USUAL, 'read'];
  return NUMBERS[recipient.slice(-4)] ?? USUAL;
}
