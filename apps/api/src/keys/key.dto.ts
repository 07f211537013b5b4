import { ApiProperty } from '@nestjs/swagger';
import type { ApiKeyEntity } from '@outbell/persistence/entities/api-key.entity.js';
import { SCOPES } from '@outbell/shared/constants/scopes.js';
import { PageOf } from '../http/page.dto.js';
import { ResourceDto } from '../http/resource.dto.js';

/** A key as it may be shown: without its secret half. */
export class KeyDto extends ResourceDto {
  @ApiProperty({ example: 'billing service' })
  name!: string;

  @ApiProperty({ example: 'ob_live_8fK2mQ9xZr1T', description: 'The public half, by which it is recognized.' })
  prefix!: string;

  @ApiProperty({ enum: ['live', 'test'] })
  mode!: string;

  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: string[];

  @ApiProperty({ example: '600/min', description: 'Requests it may make. Empty: the installation’s limit.' })
  rate_limit!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'From then on it opens nothing.' })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since then it opens nothing.' })
  revoked_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Within a minute.' })
  last_used_at!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a70',
    description: 'The key that made it. Null: the operator did.',
  })
  created_by!: string | null;
}

export class CreatedKeyDto extends KeyDto {
  @ApiProperty({
    example: 'ob_live_8fK2mQ9xZr1T_…',
    description: 'The whole key. It is shown this once and cannot be read again.',
  })
  key!: string;
}

export class KeyPageDto extends PageOf(KeyDto) {}

export function showKey(row: ApiKeyEntity): KeyDto {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    mode: row.mode,
    scopes: row.scopes,
    rate_limit: row.rateLimit,
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
  };
}
