import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Records the latest complaint of a recipients' domain about a sender's reputation. */
@Entity('sender_report')
export class SenderReportEntity {
  @PrimaryColumn('uuid')
  senderId!: string;

  @PrimaryColumn('text')
  domain!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  provider!: string;

  @Column('text')
  reason!: string;

  @Column('timestamptz')
  reportedAt!: Date;
}
