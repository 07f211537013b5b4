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

  /** Since then none of its live messages goes; null: they go. */
  @Column('timestamptz', { nullable: true })
  pausedAt!: Date | null;

  @Column('text', { nullable: true })
  pauseReason!: string | null;

  @Column('jsonb', { nullable: true })
  pauseDetail!: Record<string, number> | null;

  /** What happened before counts for no further pause. */
  @Column('timestamptz', { nullable: true })
  resumedAt!: Date | null;

  @Column('timestamptz')
  createdAt!: Date;
}
