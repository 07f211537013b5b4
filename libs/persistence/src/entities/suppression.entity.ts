import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('suppression')
export class SuppressionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  channel!: Channel;

  @Column('text')
  address!: string;

  @Column('text')
  reason!: SuppressionReason;

  /** What led to it: the message and the vendor's reply, or who asked. */
  @Column('jsonb')
  evidence!: Record<string, unknown>;

  @Column('timestamptz')
  createdAt!: Date;
}
