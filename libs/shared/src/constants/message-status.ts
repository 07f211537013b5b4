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

/** What a tenant may take back: nobody has begun to deliver it. */
export const CANCELABLE = ['queued'] as const satisfies MessageStatus[];

/** What a tenant may have sent again: it has ended unsent, or nobody knows. */
export const RETRYABLE = ['failed', 'unknown', 'expired'] as const satisfies MessageStatus[];

/** The rare ones that a tenant looks for among millions: these are indexed (message.attention_status). */
const TROUBLE: readonly MessageStatus[] = ['failed', 'unknown', 'suppressed', 'expired'];

export function needsAttention(status: MessageStatus): boolean {
  return TROUBLE.includes(status);
}
