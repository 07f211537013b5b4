import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Records what happened to a tenant as a whole. */
@Entity('tenant_event')
export class TenantEventEntity {
  @PrimaryColumn('uuid')
  tenantId!: string;

  /** A UUIDv7: the order of its history. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  type!: 'paused' | 'resumed';

  @Column('timestamptz')
  at!: Date;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  detail!: Record<string, unknown> | null;
}
