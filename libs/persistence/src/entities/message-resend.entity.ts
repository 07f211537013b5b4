import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Schedules the decision whether an unknown message is sent again, as its tenant asked for. */
@Entity('message_resend')
export class MessageResendEntity {
  @PrimaryColumn('uuid')
  messageId!: string;

  @Column('uuid')
  tenantId!: string;

  /** When it is looked at next. */
  @Column('timestamptz')
  runAt!: Date;
}
