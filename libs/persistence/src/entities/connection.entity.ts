import type { Channel } from '@outbell/shared/constants/channels.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import { Column, Entity } from 'typeorm';
import { ChangeableRow } from './tenant-row.js';

@Entity('connection')
export class ConnectionEntity extends ChangeableRow {
  @Column('text')
  channel!: Channel;

  @Column('text')
  provider!: string;

  @Column('text')
  name!: string;

  /** The lowest is tried first. */
  @Column('int')
  priority!: number;

  /** Its share of the messages among those of the same priority, from 1. */
  @Column('int')
  weight!: number;

  /** Null: it is meant for all messages. */
  @Column('jsonb', { nullable: true })
  conditions!: RouteConditions | null;

  /** What may go through it in a time (`14/s,50000/d`); empty: what its provider takes of every account. */
  @Column('text')
  rateLimits!: string;

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
}
