import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import type { SuppressionReason } from '@outbell/shared/outcome.js';
import { Column, Entity } from 'typeorm';
import { TenantRow } from './tenant-row.js';

@Entity('suppression')
export class SuppressionEntity extends TenantRow {
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
}
