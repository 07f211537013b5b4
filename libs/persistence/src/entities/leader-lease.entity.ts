import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Says which process of the installation leads. There is one row at most. */
@Entity('leader_lease')
export class LeaderLeaseEntity {
  @PrimaryColumn('boolean')
  single!: boolean;

  @Column('uuid')
  owner!: string;

  /** Counts how often the lead has changed. */
  @Column('int')
  fence!: number;

  @Column('timestamptz')
  leaseUntil!: Date;
}
