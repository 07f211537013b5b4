import type { Channel } from '@outbell/shared/constants/channels.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('connection')
export class ConnectionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  channel!: Channel;

  @Column('text')
  provider!: string;

  @Column('text')
  name!: string;

  /** The lowest is tried first. */
  @Column('int')
  priority!: number;

  @Column('boolean')
  active!: boolean;

  /** Grows with every change, so that nobody goes on with credentials that were replaced. */
  @Column('int')
  version!: number;

  @Column('text')
  keyId!: string;

  @Column('bytea')
  sealedKey!: Buffer;

  @Column('bytea')
  sealedData!: Buffer;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  updatedAt!: Date;
}
