import type { Detail } from '@outbell/shared/outcome.js';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { MessageEventType } from './message-event.entity.js';

/** One event of a message, for one subscriber that has not heard it yet. */
@Entity('outbox')
export class OutboxEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  @Column('text')
  subscriber!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('uuid')
  messageId!: string;

  @Column('text')
  type!: MessageEventType;

  /** When it happened; a vendor's word by the vendor's clock. */
  @Column('timestamptz')
  at!: Date;

  @Column('smallint', { nullable: true })
  attempt!: number | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  detail!: Detail | null;

  /** How often its subscriber failed at it alone. */
  @Column('smallint')
  faults!: number;

  /** The latest fault. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** From when it is handed over; null: it is set aside. */
  @Column('timestamptz', { nullable: true })
  runAt!: Date | null;
}
