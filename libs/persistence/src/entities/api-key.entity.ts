import type { KeyMode } from '@outbell/shared/api-key.js';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import { Column, Entity } from 'typeorm';
import { TenantRow } from './tenant-row.js';

@Entity('api_key')
export class ApiKeyEntity extends TenantRow {
  @Column('text')
  name!: string;

  @Column('text')
  mode!: KeyMode;

  /** The public half, which finds the row. */
  @Column('text')
  prefix!: string;

  @Column('bytea')
  secretHash!: Buffer;

  @Column('text', { array: true })
  scopes!: Scope[];

  /** Requests it may make, as `600/min`; empty: what API_RATE_LIMIT says. */
  @Column('text')
  rateLimit!: string;

  @Column('timestamptz', { nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  /** Within a minute. */
  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;

  /** The key that made it; null for one of the operator. */
  @Column('uuid', { nullable: true })
  createdBy!: string | null;
}
