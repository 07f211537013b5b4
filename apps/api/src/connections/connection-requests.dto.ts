import { ApiExtraModels, ApiProperty, getSchemaPath, OmitType, PartialType } from '@nestjs/swagger';
import { credentialFieldsOf } from '@outbell/providers/credential-field.js';
import { PROVIDERS } from '@outbell/providers/registry.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { Transform } from 'class-transformer';
import { IsBoolean, IsObject, IsString, Length, MaxLength } from 'class-validator';
import { Field, Nested, OneOf, Text, Whole } from '../http/field.decorators.js';
import { IsName } from '../http/is-name.decorator.js';
import { PageQuery } from '../http/page.dto.js';
import { RouteConditionsDto } from './route-conditions.dto.js';

/** Two providers of one vendor may take the same credentials. */
const KINDS = [...new Set(PROVIDERS.all.map(({ Credentials }) => Credentials))];

/** Shows one schema per kind of `credentials` in the documentation. */
const CREDENTIALS = { anyOf: KINDS.map((Credentials) => ({ $ref: getSchemaPath(Credentials) })) };

for (const Credentials of KINDS) {
  for (const [property, { enum: values, ...description }] of credentialFieldsOf(Credentials)) {
    ApiProperty({ ...description, ...(values && { enum: [...values] }) })(Credentials.prototype as object, property);
  }
}

@ApiExtraModels(...KINDS)
export class CreateConnectionDto {
  @OneOf(CHANNELS, { example: 'email' })
  channel!: Channel;

  @Field([IsString(), Length(1, 50)], {
    enum: PROVIDERS.all.map(({ providerName }) => providerName),
    example: 'smtp',
    description: 'One of the channel.',
  })
  provider!: string;

  @Field(IsName(), { example: 'our mail server', description: 'No two connections have the same.' })
  name!: string;

  @Whole(0, 1_000, {
    optional: true,
    example: 100,
    description: 'The lowest is tried first. One that is made without has 100.',
  })
  priority?: number;

  @Whole(1, 1_000, {
    optional: true,
    example: 1,
    description: 'Its share of the messages among connections of the same priority. One that is made without has 1.',
  })
  weight?: number;

  @Nested(RouteConditionsDto, {
    optional: true,
    nullable: true,
    description: 'Which messages it takes, all conditions together; null: all messages.',
  })
  conditions?: RouteConditionsDto | null;

  @Field([IsString(), MaxLength(200)], {
    optional: true,
    example: '14/s,50000/d',
    description:
      'How many messages it may send in a time, all limits at once. More wait, in the order in which they came, ' +
      'urgent ones too. Empty: what the provider takes of every account (Voice Partner 5/min), else no limit.',
  })
  rate_limits?: string;

  @Field(IsObject(), {
    ...CREDENTIALS,
    description: 'What the provider needs. Stored encrypted; no answer ever holds them.',
  })
  credentials!: object;
}

/** Changes what is given; what is left out stays as it is. */
export class UpdateConnectionDto extends PartialType(
  OmitType(CreateConnectionDto, ['channel', 'provider', 'credentials']),
) {
  @Field(IsBoolean(), { optional: true, description: 'No message goes through one that is not active.' })
  active?: boolean;

  @Field(IsObject(), { optional: true, ...CREDENTIALS, description: 'Replace the former ones, all of them.' })
  credentials?: object;
}

export class ListConnectionsQuery extends PageQuery {
  @OneOf(CHANNELS, { optional: true, description: 'Only of this channel.' })
  channel?: Channel;

  @Text(50, { optional: true, example: 'smtp', description: 'Only to this provider.' })
  provider?: string;

  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @Field(IsBoolean(), {
    optional: true,
    type: Boolean,
    description: 'Only those that take messages, or those that do not.',
  })
  active?: boolean;
}
