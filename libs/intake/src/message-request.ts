import type { MessageContent } from '@outbell/channels/channels.js';
import type { MessageSource } from '@outbell/persistence/engine/new-message.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { CodeOver } from '@outbell/shared/constants/verified-over.js';
import type { Priority } from '@outbell/shared/constants/priorities.js';
import type { ProblemCode } from '@outbell/shared/constants/problem-codes.js';
import type { FieldError } from '@outbell/shared/errors.js';

/** What somebody asks to be sent. Shapes are checked by whoever parsed it; meaning is checked here. */
export interface MessageRequest extends MessageContent {
  tenantId: string;
  mode: 'live' | 'test';
  channel: Channel;
  /** An address as people write it; or a contact. */
  to?: string | undefined;
  /** Id or external id of a contact of the tenant: its address on the channel when it is accepted. */
  toContact?: string | undefined;
  /** Id or address of a sender of the tenant. */
  sender: string;
  template?: TemplateRef | undefined;
  variables?: Record<string, unknown> | undefined;
  scheduledAt?: Date | undefined;
  expiresAt?: Date | undefined;
  priority?: Priority | undefined;
  metadata?: Record<string, unknown> | undefined;
  tags?: string[] | undefined;
  /** Of bulk: what its recipient can unsubscribe from alone. */
  topic?: string | undefined;
  /** A repeat under the same key gets the first one's answer. */
  idempotencyKey?: string | undefined;
  /** Its place in a batch, whose items share the key; 0 is the first. */
  batchIndex?: number | undefined;
  /**
   * It carries the code that verifies its own sender, who therefore may still be pending, and goes by these connections
   * alone.
   */
  verifiesSender?: CodeOver | undefined;
  /** Should it not be delivered in time: the first of these, then the next. */
  fallback?: FallbackRequest[] | undefined;
  /** Should nobody know whether it was sent: left alone (the default), or sent again. */
  onUnknown?: 'park' | 'resend' | undefined;
  /** Nobody sends it for so long, in ms: until then whoever asks may say that it goes, or cancel it. */
  heldMs?: number | undefined;
  /** The producer that makes it, whose dedupe keys are its own; a request of the API has none. */
  source?: MessageSource | undefined;
  /** Subscribers of the outbox that are to hear what becomes of it. */
  listeners?: string[] | undefined;
  /** Why no plain text can be made of its html, as was found before it comes in (see request-check.ts). */
  textFault?: string | undefined;
}

/**
 * What another channel is to say. Mode, priority, metadata, tags and topic are those of the message it stands in for.
 */
export interface FallbackRequest extends MessageContent, Pick<MessageRequest, OwnField> {
  /** Milliseconds from when the message is due, or from when the fallback before it went. */
  afterMs: number;
}

type OwnField = 'channel' | 'to' | 'sender' | 'template' | 'variables' | 'expiresAt' | 'textFault';

export interface TemplateRef {
  name: string;
  /** Default `en`. */
  locale?: string | undefined;
  /** Default: the published one. */
  version?: number | undefined;
}

/** What was answered to one request. */
export type Acceptance =
  | { accepted: true; id: string; createdAt: Date; /** An earlier request had made it. */ repeated: boolean }
  | {
      accepted: false;
      /** 422: its idempotency key belongs to another request. */ status: 400 | 422;
      errors: FieldError[];
      /** Where it says more than the status. */
      code?: ProblemCode;
    };
