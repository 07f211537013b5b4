import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { credentialFieldsOf } from '@outbell/providers/credential-field.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsName } from '../http/is-name.decorator.js';
import { RouteConditionsDto } from './route-conditions.dto.js';

/** Two providers of one vendor may take the same credentials. */
const KINDS = [...new Set(PROVIDERS.all.map(({ Credentials }) => Credentials))];

/** What the documentation shows for `credentials`: one schema per kind. */
export const CREDENTIALS = {
  anyOf: KINDS.map((Credentials) => ({ $ref: getSchemaPath(Credentials) })),
  description: 'What the provider needs. Stored encrypted; no answer ever holds them.',
};

export const RATE_LIMITS = {
  example: '14/s,50000/d',
  description:
    'How many messages it may send in a time, all limits at once. More wait, in the order in which they came, ' +
    'urgent ones too. Empty: what the provider takes of every account (Voice Partner 5/min), else no limit.',
};

for (const Credentials of KINDS) {
  for (const [property, { enum: values, ...description }] of credentialFieldsOf(Credentials)) {
    ApiProperty({ ...description, ...(values && { enum: [...values] }) })(Credentials.prototype as object, property);
  }
}

@ApiExtraModels(...KINDS)
export class CreateConnectionDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiProperty({
    enum: PROVIDERS.all.map(({ providerName }) => providerName),
    example: 'smtp',
    description: 'One of the channel.',
  })
  @IsString()
  @Length(1, 50)
  provider!: string;

  @ApiProperty({ example: 'our mail server', description: 'No two connections have the same.' })
  @IsName()
  name!: string;

  @ApiPropertyOptional({
    example: 100,
    default: 100,
    minimum: 0,
    maximum: 1000,
    description: 'The lowest is tried first.',
  })
  @IsInt()
  @Min(0)
  @Max(1000)
  priority: number = 100;

  @ApiPropertyOptional({
    example: 1,
    default: 1,
    minimum: 1,
    maximum: 1000,
    description: 'Its share of the messages among connections of the same priority.',
  })
  @IsInt()
  @Min(1)
  @Max(1000)
  weight: number = 1;

  @ApiPropertyOptional({
    type: RouteConditionsDto,
    nullable: true,
    description: 'Which messages it takes. Default: all.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RouteConditionsDto)
  conditions?: RouteConditionsDto | null;

  @ApiPropertyOptional({ ...RATE_LIMITS, default: '' })
  @IsString()
  @MaxLength(200)
  rate_limits: string = '';

  @ApiProperty(CREDENTIALS)
  @IsObject()
  credentials!: object;
}
