import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Keeps the last STOP or START that a person said. */
@Entity('opt_out_word')
export class OptOutWordEntity {
  @PrimaryColumn('uuid')
  tenantId!: string;

  @PrimaryColumn('text')
  channel!: Channel;

  @PrimaryColumn('text')
  address!: string;

  /** As of a suppression: what was said of. */
  @PrimaryColumn('text')
  scope!: SuppressionScope;

  @Column('text')
  word!: 'stop' | 'start';

  /** By the vendor's clock where it says so. */
  @Column('timestamptz')
  at!: Date;

  /** The delivery event that said it. */
  @Column('uuid')
  deliveryEventId!: string;

  @Column('jsonb')
  evidence!: Record<string, unknown>;
}
