import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('tenant')
export class TenantEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  /** Own limits as in RATE_LIMITS' tenant part (`5000/h,100/min`); empty = the installation's. */
  @Column('text')
  rateLimits!: string;

  @Column('timestamptz')
  createdAt!: Date;
}
