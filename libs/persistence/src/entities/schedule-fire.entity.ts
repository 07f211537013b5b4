import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One fire of a scheduled job: begun by one process, and by another only when that one's lease has ended. */
@Entity('schedule_fire')
export class ScheduleFireEntity {
  @PrimaryColumn('text')
  job!: string;

  @PrimaryColumn('timestamptz')
  dueAt!: Date;

  /** Counts who has begun it. */
  @Column('int')
  fence!: number;

  @Column('timestamptz')
  leaseUntil!: Date;

  @Column('timestamptz', { nullable: true })
  finishedAt!: Date | null;
}
