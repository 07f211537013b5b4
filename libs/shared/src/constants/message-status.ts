/** Every state a message can be in; docs/architecture.md draws the moves between them. */
export const MESSAGE_STATUSES = [
  'queued',
  'processing',
  'sending',
  'sent',
  'delivered',
  'bounced',
  'complained',
  'failed',
  'unknown',
  'suppressed',
  'canceled',
  'expired',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
