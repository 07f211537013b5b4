import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Marks a message that is sent again should it end unknown. */
@Entity('message_resend')
export class MessageResendEntity {
  @PrimaryColumn('uuid')
  messageId!: string;

  @Column('uuid')
  tenantId!: string;

  /** When it is looked at next; null: it is not sent again (any more). */
  @Column('timestamptz', { nullable: true })
  runAt!: Date | null;
}
