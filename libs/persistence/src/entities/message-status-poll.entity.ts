import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Schedules status polling for a message whose vendor tells nothing by itself. */
@Entity('message_status_poll')
export class MessageStatusPollEntity {
  @PrimaryColumn('uuid')
  messageId!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('uuid')
  connectionId!: string;

  @Column('text')
  providerMessageId!: string;

  /** Questions so far. */
  @Column('smallint')
  tries!: number;

  /** When its vendor is asked next. */
  @Column('timestamptz')
  runAt!: Date;
}
