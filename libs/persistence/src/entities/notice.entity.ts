import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Tells `doctor` when a process noticed something last. */
@Entity('notice')
export class NoticeEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('timestamptz')
  noticedAt!: Date;
}
