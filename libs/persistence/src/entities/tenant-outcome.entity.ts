import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Counts what came of a tenant's calls to providers within five minutes. */
@Entity('tenant_outcome')
export class TenantOutcomeEntity {
  @PrimaryColumn('uuid')
  tenantId!: string;

  /** When the five minutes began. */
  @PrimaryColumn('timestamptz')
  at!: Date;

  @Column('int')
  ended!: number;

  /** Of those that ended: refused for good. */
  @Column('int')
  failed!: number;
}
