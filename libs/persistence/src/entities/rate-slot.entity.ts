import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Counts what is booked in one slice of a level's time. */
@Entity('rate_slot')
export class RateSlotEntity {
  @PrimaryColumn('text')
  key!: string;

  @PrimaryColumn('bigint')
  slice!: string;

  @Column('int')
  count!: number;
}
