import { Column, PrimaryColumn } from 'typeorm';

/** Has the columns of what belongs to a tenant and is named by an id of its own, a UUIDv7. */
export abstract class TenantRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('timestamptz')
  createdAt!: Date;
}

/** Has those of what may be changed besides. */
export abstract class ChangeableRow extends TenantRow {
  @Column('timestamptz')
  updatedAt!: Date;
}
