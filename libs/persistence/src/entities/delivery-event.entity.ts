import type { Channel } from '@outbell/shared/constants/channels.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Records one thing that a vendor told, whoever told it how often. */
@Entity('delivery_event')
export class DeliveryEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** Null for what we have asked the vendor. */
  @Column('uuid', { nullable: true })
  callbackId!: string | null;

  @Column('uuid', { nullable: true })
  tenantId!: string | null;

  @Column('text')
  provider!: string;

  @Column('uuid', { nullable: true })
  connectionId!: string | null;

  /** By which the vendor tells it again. */
  @Column('text')
  eventId!: string;

  /** Where the vendor may tell one fact under several ids. */
  @Column('text', { nullable: true })
  factId!: string | null;

  @Column('timestamptz')
  receivedAt!: Date;

  @Column('text')
  kind!: string;

  @Column('text')
  channel!: Channel;

  /** By the vendor's clock. */
  @Column('timestamptz', { nullable: true })
  at!: Date | null;

  /** As the vendor says, and the message it was applied to once it is. */
  @Column('uuid', { nullable: true })
  messageId!: string | null;

  @Column('text', { nullable: true })
  providerMessageId!: string | null;

  /** Receipt, reason, suppress, pauses_sender, detail; the address until it is applied. */
  @Column('jsonb')
  evidence!: Record<string, unknown>;

  @Column('text')
  state!: 'new' | 'applied' | 'unmatched' | 'parked';

  /** Looks for its message that found none. */
  @Column('smallint')
  tries!: number;

  /** Statements that it made fail; 5 and it is parked. */
  @Column('smallint')
  faults!: number;

  /** When it is applied, or looked at again; null: it is not (any more). */
  @Column('timestamptz', { nullable: true })
  runAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  appliedAt!: Date | null;

  @Column('text', { nullable: true })
  error!: string | null;
}
