import type { Detail, Outcome } from '@outbell/shared/outcome.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One call to a provider for one message: written when it has ended. */
@Entity('message_attempt')
export class MessageAttemptEntity {
  @PrimaryColumn('uuid')
  messageId!: string;

  /** 1, 2, 3 … within the message. */
  @PrimaryColumn('smallint')
  number!: number;

  @Column('uuid')
  tenantId!: string;

  @Column('int')
  fence!: number;

  /** Null in test mode, where nothing leaves the installation. */
  @Column('uuid', { nullable: true })
  connectionId!: string | null;

  @Column('text')
  provider!: string;

  @Column('timestamptz')
  startedAt!: Date;

  @Column('timestamptz')
  endedAt!: Date;

  @Column('text')
  outcome!: Outcome['kind'];

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  detail!: Detail | null;

  @Column('text', { nullable: true })
  providerMessageId!: string | null;
}
