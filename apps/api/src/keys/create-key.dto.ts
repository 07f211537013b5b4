import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { KeyMode } from '@outbell/shared/api-key.js';
import { type Scope, SCOPES } from '@outbell/shared/constants/scopes.js';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../http/is-instant.decorator.js';
import { IsName } from '../http/is-name.decorator.js';

export class CreateKeyDto {
  @ApiProperty({ example: 'billing service', description: 'What it is for; shown in the list.' })
  @IsName()
  name!: string;

  @ApiProperty({
    enum: SCOPES,
    isArray: true,
    example: ['messages:write', 'messages:read'],
    description: 'What it opens; nothing else.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique({ message: 'must name each scope once' })
  @IsIn(SCOPES, { each: true, message: `must be of: ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  @ApiProperty({ enum: ['live', 'test'], description: 'What a `test` key accepts is rendered but never leaves.' })
  @IsIn(['live', 'test'])
  mode!: KeyMode;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2027-12-31T00:00:00Z',
    description:
      'From when on it no longer opens; not later than the asking key does. Default: when that one ends, or never.',
  })
  @IsOptional()
  @IsInstant()
  expires_at?: string | null;

  @ApiPropertyOptional({
    example: '600/min',
    description:
      'Requests it may make in a time, several with commas; no more than the asking key may. Default: the limit of ' +
      'the asking key, else ' +
      'the installation’s (`API_RATE_LIMIT`).',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  rate_limit?: string;
}
