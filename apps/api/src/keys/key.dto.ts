import { ApiProperty } from '@nestjs/swagger';
import { SCOPES } from '@outbell/shared/constants/scopes.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ResourceDto } from '../http/resource.dto.js';
import { shownAs } from '../http/shown-as.js';

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

  @ApiNullable({ format: 'date-time', description: 'From then on it opens nothing.' })
  expires_at!: string | null;

  @ApiNullable({ format: 'date-time', description: 'Since then it opens nothing.' })
  revoked_at!: string | null;

  @ApiNullable({ format: 'date-time', description: 'Within a minute.' })
  last_used_at!: string | null;

  @ApiNullable({
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

export const showKey = shownAs(KeyDto);
