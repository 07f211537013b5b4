import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `going`: it is being accepted · `gone`: it is a message of its own · `not_needed`: an earlier one was delivered. */
export type FallbackState = 'waiting' | 'going' | 'gone' | 'refused' | 'not_needed' | 'canceled';

/** Holds what is sent by another channel should its message not be delivered in time. */
@Entity('message_fallback')
export class MessageFallbackEntity {
  @PrimaryColumn('uuid')
  messageId!: string;

  /** 0, 1, 2 … in the order in which they go. */
  @PrimaryColumn('smallint')
  position!: number;

  @Column('uuid')
  tenantId!: string;

  @Column('text')
  channel!: Channel;

  /** From when the message is due, or from when the fallback before it went. */
  @Column('int')
  afterMs!: number;

  @Column('text')
  state!: FallbackState;

  /** Null until the one before it has gone. */
  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null;

  /** When it is looked at next; null: not (yet). */
  @Column('timestamptz', { nullable: true })
  runAt!: Date | null;

  /** What is to be accepted then; null once that is decided. */
  @Column('json', { nullable: true })
  request!: Record<string, unknown> | null;

  @Column('uuid', { nullable: true })
  fallbackMessageId!: string | null;

  /** Why it was refused. */
  @Column('jsonb', { nullable: true })
  errors!: FieldError[] | null;
}
