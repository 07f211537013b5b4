import type { KeyMode } from '@outbell/shared/api-key.js';
import { type Scope, SCOPES } from '@outbell/shared/constants/scopes.js';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import { Field } from '../http/field.decorators.js';
import { IsInstant } from '../http/is-instant.decorator.js';
import { IsName } from '../http/is-name.decorator.js';

export class CreateKeyDto {
  @Field(IsName(), { example: 'billing service', description: 'What it is for; shown in the list.' })
  name!: string;

  @Field(
    [
      IsArray(),
      ArrayMinSize(1),
      ArrayUnique({ message: 'must name each scope once' }),
      IsIn(SCOPES, { each: true, message: `must be of: ${SCOPES.join(', ')}` }),
    ],
    {
      enum: [...SCOPES],
      isArray: true,
      example: ['messages:write', 'messages:read'],
      description: 'What it opens; nothing else.',
    },
  )
  scopes!: Scope[];

  @Field(IsIn(['live', 'test']), {
    enum: ['live', 'test'],
    description: 'What a `test` key accepts is rendered but never leaves.',
  })
  mode!: KeyMode;

  @Field(IsInstant(), {
    optional: true,
    nullable: true,
    format: 'date-time',
    example: '2027-12-31T00:00:00Z',
    description:
      'From when on it no longer opens; not later than the asking key does. Default: when that one ends, or never.',
  })
  expires_at?: string | null;

  @Field([IsString(), MaxLength(200)], {
    optional: true,
    example: '600/min',
    description:
      'Requests it may make in a time, several with commas; no more than the asking key may. Default: the limit of ' +
      'the asking key, else the installation’s (`API_RATE_LIMIT`).',
  })
  rate_limit?: string;
}

export class RevokeKeyQuery {
  @Field(IsIn(['true', 'false'], { message: 'must be true or false' }), {
    optional: true,
    enum: ['true', 'false'],
    description: '`true`: the keys too that it made, and those that they made.',
  })
  descendants?: 'true' | 'false';
}
