import type { Channel } from '@outbell/shared/constants/channels.js';
import type { MessageEntity } from '../entities/message.entity.js';

/** Columns of the row that its producer gives, each of them. */
type Given =
  | ('id' | 'tenantId' | 'channel' | 'mode' | 'priority' | 'senderId' | 'recipient' | 'templateVersionId' | 'variables')
  | ('content' | 'metadata' | 'tags' | 'expiresAt');

/** A message about to be accepted. Ids and keys are made by the caller; times of day are the database's. */
export interface NewMessage extends Pick<MessageEntity, Given> {
  eventId: string;
  /** Of bulk: what its recipient can unsubscribe from alone. Few messages have one. */
  topic?: string | null | undefined;
  /** The contact it is addressed to, where no address was given. */
  contactId?: string | null | undefined;
  /** The producer that makes it; a request of the API has none. */
  source?: MessageSource | undefined;
  /** Subscribers of the outbox that hear what becomes of it; empty or undefined: none. */
  listeners?: string[] | undefined;
  /** Null: now. */
  dueAt: Date | null;
  /** Milliseconds from being due until dispatch publishes it; 0 when no wake-up is under way. */
  wakeAfterMs: number;
  /** SHA-256, hex, among the keys of its source. Null: a repeat cannot be told. */
  dedupeKey: string | null;
  /** SHA-256 of what was asked, hex: tells a repeat from another request under the same key. */
  bodyHash: string | null;
  /** In the order in which they go. Few messages have some. */
  fallbacks?: NewFallback[] | undefined;
  /** It is sent again should nobody know whether it was. */
  resends?: boolean | undefined;
}

/** Describes what made a message: a campaign, a hunt, a notification. */
export interface MessageSource {
  /** Also the namespace of its dedupe keys. */
  kind: string;
  /** The producer's own id of it. */
  id: string;
}

/**
 * Says whose keys a dedupe key is one of: a producer's, or those that tenants give with their requests. The two never
 * meet.
 */
export function dedupeNamespace(source: MessageSource | undefined): string {
  return source?.kind ?? 'tenant';
}

/** Describes what is to be accepted should a message not be delivered in time. */
export interface NewFallback {
  channel: Channel;
  /** Milliseconds from when the message is due, or from when the fallback before it went. */
  afterMs: number;
  /** As intake reads it again when its time has come. */
  request: object;
}
