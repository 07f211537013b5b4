import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { EventRow } from './message-event.entity.js';

/** One event of a message, for one subscriber that has not heard it yet. */
@Entity('outbox')
export class OutboxEntity extends EventRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  @Column('text')
  subscriber!: string;

  @Column('uuid')
  messageId!: string;

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
