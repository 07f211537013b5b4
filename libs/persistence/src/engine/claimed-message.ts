import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import type { VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';
import type { MessageEntity } from '../entities/message.entity.js';
import type { SenderStatus } from '../entities/sender.entity.js';

/** Describes what earlier attempts left behind; null for nearly all messages. */
export interface DeliveryHistory {
  /** Attempts that another connection took over at once. */
  failovers: number;
  /** Connections that have failed it since its latest wait. */
  tried: string[] | null;
  /**
   * How long ago a call began that may have sent it, in ms; null when none did. It is repeated by this connection, in
   * this version, alone.
   */
  maybeSentMsAgo: number | null;
  connectionId: string | null;
  connectionVersion: number | null;
}

/** Columns of the row that a delivery needs. */
type Carried =
  | ('id' | 'tenantId' | 'channel' | 'mode' | 'priority' | 'attempts' | 'attemptLimit' | 'fence' | 'recipient')
  | ('templateVersionId' | 'variables' | 'content' | 'expiresAt' | 'tags' | 'senderId');

/** A message in the hands of one worker, with all that its delivery asks of the database. */
export interface ClaimedMessage extends Pick<MessageEntity, Carried> {
  /** Until `expiresAt`, in ms from the claim, by the database's clock; null when it does not expire. */
  expiresInMs?: number | null;
  expired: boolean;
  past: DeliveryHistory | null;
  suppression: SuppressionReason | null;
  suppressionScope: SuppressionScope | null;
  suppressionTopic: string | null;
  /** Why it was deferred the last time; null when it was not. */
  waitedFor: string | null;
  /** It was deferred to a slot of the rate limiter, and the slot is still good: no other is booked. */
  holdsSlot: boolean;
  senderAddress: string;
  senderName: string | null;
  senderStatus: SenderStatus;
  senderVerifiedOver: VerifiedOver;
  senderRateLimits: string;
  tenantRateLimits: string;
  /** Why all of the tenant's messages wait; null when they do not. */
  tenantPause: string | null;
}
