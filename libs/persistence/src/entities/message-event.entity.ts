import type { Detail } from '@outbell/shared/outcome.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Has the columns of something that happened to a message. */
export abstract class EventRow {
  @Column('uuid')
  tenantId!: string;

  @Column('text')
  type!: MessageEventType;

  /** A vendor's word: by the vendor's clock. */
  @Column('timestamptz')
  at!: Date;

  /** The attempt it belongs to, if any. */
  @Column('smallint', { nullable: true })
  attempt!: number | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  detail!: Detail | null;
}

/** One append-only fact of a message's life. */
@Entity('message_event')
export class MessageEventEntity extends EventRow {
  @PrimaryColumn('uuid')
  messageId!: string;

  @PrimaryColumn('uuid')
  id!: string;
}

/**
 * `queued` accepted · `deferred` not now, no attempt spent · `retry` proven not sent, tried again · `failover` proven
 * not sent, taken over by another connection · `repeat` it may have been sent, and the same connection is called again
 * under the same key, which counts once · `lease_expired` its worker died before the call · `requeued` by a tenant's
 * explicit wish · `resend` it may have been sent, and is sent again, as its tenant asked for · `opened`, `clicked`,
 * `unsubscribed` and `resubscribed` as the vendor tells · `fallback` another channel's message was made for it, or
 * refused; the others are the states they lead to. A vendor's word is told at its time: a `deferred` with an attempt is
 * the vendor's.
 */
export type MessageEventType =
  | 'queued'
  | 'deferred'
  | 'retry'
  | 'failover'
  | 'repeat'
  | 'lease_expired'
  | 'requeued'
  | 'fallback'
  | 'resend'
  | 'sent'
  | 'failed'
  | 'unknown'
  | 'suppressed'
  | 'expired'
  | 'canceled'
  | 'delivered'
  | 'opened'
  | 'clicked'
  | 'bounced'
  | 'unsubscribed'
  | 'resubscribed'
  | 'complained';
