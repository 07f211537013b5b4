import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';
import type { InlineContent } from '../entities/message.entity.js';

/** A message in the hands of one worker, with all that its delivery asks of the database. */
export interface ClaimedMessage {
  id: string;
  tenantId: string;
  channel: Channel;
  mode: 'live' | 'test';
  priority: number;
  attempts: number;
  attemptLimit: number | null;
  fence: number;
  recipient: string;
  templateVersionId: string | null;
  variables: Record<string, unknown> | null;
  content: InlineContent | null;
  expiresAt: Date | null;
  expired: boolean;
  suppression: SuppressionReason | null;
  /** Why it was deferred the last time; null when it was not. */
  waitedFor: string | null;
  /** It was deferred to a slot of the rate limiter, and the slot is still good: no other is booked. */
  holdsSlot: boolean;
  senderId: string;
  senderAddress: string;
  senderName: string | null;
  senderStatus: 'pending' | 'verified' | 'paused';
  senderRateLimits: string;
  tenantRateLimits: string;
}
