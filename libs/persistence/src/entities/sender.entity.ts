import type { Channel } from '@outbell/shared/constants/channels.js';
import type { CodeOver, VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import { Column, Entity } from 'typeorm';
import { ChangeableRow } from './tenant-row.js';

export const SENDER_STATUSES = ['pending', 'verified', 'paused'] as const;
export type SenderStatus = (typeof SENDER_STATUSES)[number];

@Entity('sender')
export class SenderEntity extends ChangeableRow {
  @Column('text')
  channel!: Channel;

  @Column('text')
  address!: string;

  /** Shown to recipients beside the address. */
  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text')
  status!: SenderStatus;

  @Column('text', { nullable: true })
  statusReason!: string | null;

  /** Own limits as in RATE_LIMITS' sender part (`20/min,1000/h`); empty = the installation's. */
  @Column('text')
  rateLimits!: string;

  /** SHA-256 of the code that was sent to the address last. */
  @Column('bytea', { nullable: true })
  codeHash!: Buffer | null;

  /** Whose connections carry it. */
  @Column('text', { nullable: true })
  codeOver!: CodeOver | null;

  @Column('timestamptz', { nullable: true })
  codeExpiresAt!: Date | null;

  /** Wrong codes tried since it was sent. */
  @Column('smallint')
  codeAttempts!: number;

  @Column('timestamptz', { nullable: true })
  verifiedAt!: Date | null;

  /** Since then new messages cannot use it, and its name is free. */
  @Column('timestamptz', { nullable: true })
  archivedAt!: Date | null;

  /** Means nothing before it is verified. */
  @Column('text')
  verifiedOver!: VerifiedOver;
}
