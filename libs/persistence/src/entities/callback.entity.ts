import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Keeps a vendor's request as it came, for a month. */
@Entity('callback')
export class CallbackEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** Null for a connection of the installation. */
  @Column('uuid', { nullable: true })
  tenantId!: string | null;

  @Column('text')
  provider!: string;

  /** Null for bounce mail, which comes by no connection. */
  @Column('uuid', { nullable: true })
  connectionId!: string | null;

  @Column('timestamptz')
  receivedAt!: Date;

  @Column('text')
  method!: string;

  /** Path and query without our token. */
  @Column('text')
  path!: string;

  @Column('jsonb')
  headers!: Record<string, unknown>;

  @Column('bytea')
  body!: Buffer;

  @Column('text')
  state!: 'read' | 'unreadable';
}
