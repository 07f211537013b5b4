import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Finds the messages that a worker claimed together and was not heard of again. */
@Entity('message_lease')
export class MessageLeaseEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  /** When the lease ends. */
  @Column('timestamptz')
  runAt!: Date;

  @Column('uuid', { array: true })
  messageIds!: string[];
}
