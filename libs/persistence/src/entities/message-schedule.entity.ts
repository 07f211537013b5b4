import type { Channel } from '@outbell/shared/constants/channels.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Schedules the next publication of a message that is not yet through. */
@Entity('message_schedule')
export class MessageScheduleEntity {
  @PrimaryColumn('uuid')
  messageId!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  channel!: Channel;

  /** PRIORITY_RANK of the priority. */
  @Column('smallint')
  priority!: number;

  /** It may be what killed its worker, and travels alone. */
  @Column('boolean')
  isolate!: boolean;

  @Column('timestamptz')
  dueAt!: Date;

  /** `dueAt`, or later once a wake-up is under way. */
  @Column('timestamptz')
  runAt!: Date;

  /** Where it waits for a place until `runAt`; null: it waits for none. */
  @Column('uuid', { nullable: true })
  connectionId!: string | null;
}
