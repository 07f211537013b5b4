import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import type { Detail, SuppressionReason } from '@outbell/shared/outcome.js';

/** The largest body of a callback, in bytes: of any vendor, and of one that says nothing else. */
export const LARGEST_CALLBACK = 3_145_728;
export const USUAL_CALLBACK = 1_048_576;

/** A vendor's request to us, as it came. */
export interface CallbackRequest {
  method: 'GET' | 'POST';
  /** As the vendor called it, in public: what some of them sign. */
  url: URL;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Untouched: signatures are over these bytes. */
  body: Buffer;
  receivedAt: Date;
}

/** What a vendor can tell of a message that it took, in the order of what outranks what. */
export const DELIVERY_EVENT_KINDS = [
  'deferred',
  'sent',
  'failed',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'unsubscribed',
  'resubscribed',
  'complained',
] as const;
export type DeliveryEventKind = (typeof DELIVERY_EVENT_KINDS)[number];

/**
 * One thing a vendor tells us. It names the message by either id, or an address alone (a STOP that answers no message).
 */
export interface DeliveryEvent {
  /** The vendor's id of this fact, or a hash of what makes it unique: told twice, it counts once. */
  eventId: string;
  /**
   * What makes it unique beside that, where the vendor may tell it under several ids: so told, it counts once as well.
   */
  factId?: string | undefined;
  kind: DeliveryEventKind;
  /** When it happened; null when the vendor does not say. */
  at: Date | null;
  /** Ours, where the vendor carries it. */
  messageId?: string | undefined;
  providerMessageId?: string | undefined;
  /** Of the recipient, as the vendor writes it. Never kept but in a suppression. */
  address?: string | undefined;
  /**
   * The vendor's own id of the recipient, where it is no address (a hidden number, a user's id). Kept beside the
   * address alone.
   */
  vendorId?: string | undefined;
  /** Our own address that a person wrote to. */
  writtenTo?: string | undefined;
  channel: Channel;
  /** A stable machine word (`mailbox_unavailable`). */
  reason?: string | undefined;
  /** Asks that the address be suppressed. */
  suppress?: SuppressionReason | undefined;
  /**
   * For which messages, where it is not the usual ones of the reason. `topic`: those of the message's topic, or all
   * bulk where it has none.
   */
  suppressScope?: SuppressionScope | undefined;
  /** Our reputation, not the address, is what is wrong (RFC 3463 5.7.x): pauses the sender. */
  pausesSender?: boolean | undefined;
  /** Values seen, without addresses and secrets. */
  detail?: Detail | undefined;
}

/** Meaning of a vendor's word, apart from whose it is. */
export type EventMeaning = Pick<
  DeliveryEvent,
  'kind' | 'reason' | 'suppress' | 'suppressScope' | 'pausesSender' | 'detail'
>;

/** Services for a reader. */
export interface CallbackContext {
  /**
   * Fetches a public https address, guarded, or one that OUTBOUND_ALLOW lists (SNS certificates and confirmations).
   * @throws when it may not or cannot be reached
   */
  fetchText(url: URL): Promise<string>;
}

/** The vendor waits for this answer; nothing is stored. */
export interface CallbackAnswer {
  status: number;
  body: string;
}

/**
 * Reads what one vendor tells us. Requests with a valid token in their URL (`?t=`, which we give to vendors that sign
 * nothing) have passed that check before.
 */
export interface CallbackReader<C extends object = object> {
  /** Whether the vendor signs. If not, the token in the URL is all there is, and is asked for. */
  readonly signed: boolean;
  /** The largest body that the vendor sends, in bytes, up to LARGEST_CALLBACK. Absent: USUAL_CALLBACK. */
  readonly maxCallbackBytes?: number;
  /** Checks that it was this vendor, for this account, and a moment ago (±5 min where it says when). */
  verify(request: CallbackRequest, credentials: C, context: CallbackContext): Promise<boolean>;
  /**
   * @param credentials to leave out what is about another account of the same webhook
   * @throws {UnreadableCallbackError} for what is not of its protocol
   */
  read(request: CallbackRequest, credentials?: C): DeliveryEvent[];
  /** The answer to what tells of no message: a challenge, a confirmation of a subscription. Null when it does. */
  answer?(request: CallbackRequest, credentials: C, context: CallbackContext): Promise<CallbackAnswer | null>;
}

/** The body is none that the vendor's protocol has. */
export class UnreadableCallbackError extends Error {
  override readonly name = 'UnreadableCallbackError';
}
