import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Describes one rate-limited thing; locked while slots are booked. */
@Entity('rate_level')
export class RateLevelEntity {
  @PrimaryColumn('text')
  key!: string;

  @Column('int')
  sliceMs!: number;

  @Column('int')
  slotLimit!: number;

  /** Slices without room, as JSON `[[from, to], …]`, `to` not included; numbered from 1970. */
  @Column('text')
  fullSpans!: string;

  /** No slice after this one has a row. */
  @Column('bigint')
  lastSlice!: string;
}
