import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
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

  @Column('text')
  scope!: SuppressionScope;

  /** Null of any other scope than `topic`. */
  @Column('text', { nullable: true })
  topic!: string | null;

  /** What led to it: the message and the vendor's reply, or who asked. */
  @Column('jsonb')
  evidence!: Record<string, unknown>;

  @Column('timestamptz')
  createdAt!: Date;
}
