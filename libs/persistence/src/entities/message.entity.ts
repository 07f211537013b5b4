import type { Channel } from '@outbell/shared/constants/channels.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One thing to be delivered to one address on one channel. The row is the truth: its columns say what it waits for. */
@Entity('message')
export class MessageEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  channel!: Channel;

  @Column('text')
  mode!: 'live' | 'test';

  @Column('text')
  status!: MessageStatus;

  /** PRIORITY_RANK of the priority. */
  @Column('smallint')
  priority!: number;

  /** Calls to a provider so far. */
  @Column('smallint')
  attempts!: number;

  /** Attempts after which it is dead; null: what the retry policy says. */
  @Column('smallint', { nullable: true })
  attemptLimit!: number | null;

  /** Leases that ran out before a provider was called. */
  @Column('smallint')
  crashes!: number;

  @Column('int')
  fence!: number;

  @Column('timestamptz', { nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz')
  dueAt!: Date;

  @Column('timestamptz')
  wakeAt!: Date;

  /** Until when its slot of the rate limiter, which is at `dueAt`, is good; null when it holds none. */
  @Column('timestamptz', { nullable: true })
  slotUntil!: Date | null;

  @Column('timestamptz', { nullable: true })
  expiresAt!: Date | null;

  @Column('uuid')
  senderId!: string;

  @Column('text')
  recipient!: string;

  @Column('uuid', { nullable: true })
  templateVersionId!: string | null;

  @Column('jsonb', { nullable: true })
  variables!: Record<string, unknown> | null;

  /** Content given inline instead of a template: never rendered. */
  @Column('jsonb', { nullable: true })
  content!: InlineContent | null;

  @Column('jsonb', { nullable: true })
  metadata!: Record<string, unknown> | null;

  @Column('text', { array: true, nullable: true })
  tags!: string[] | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('uuid', { nullable: true })
  connectionId!: string | null;

  @Column('text', { nullable: true })
  provider!: string | null;

  @Column('text', { nullable: true })
  providerMessageId!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  @Column('timestamptz')
  updatedAt!: Date;
}

export interface InlineContent {
  subject?: string | undefined;
  html?: string | undefined;
  text?: string | undefined;
}
