import { IsObject } from 'class-validator';
import { Field, Text } from '../http/field.decorators.js';
import { HasPlainKeys } from '../http/has-plain-keys.decorator.js';
import { IsLocale } from '../http/is-locale.decorator.js';
import { IsName } from '../http/is-name.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { PageQuery } from '../http/page.dto.js';
import { IsTimezone } from './is-timezone.decorator.js';

/** Holds what is known of a person. Of a change: what is left out stays as it is, null takes it away. */
export class ContactFieldsDto {
  @Field(IsName(200), {
    optional: true,
    nullable: true,
    example: 'customer-17',
    description: 'Yours; no two contacts have the same.',
  })
  external_id?: string | null;

  @Text(320, { optional: true, nullable: true, example: 'ann@example.org' })
  email?: string | null;

  @Text(20, { optional: true, nullable: true, example: '+33612345678', description: 'E.164.' })
  phone?: string | null;

  @Field(IsLocale(), { optional: true, nullable: true, example: 'fr-FR', description: 'BCP 47.' })
  locale?: string | null;

  @Field(IsTimezone(), { optional: true, nullable: true, example: 'Europe/Paris', description: 'IANA.' })
  timezone?: string | null;

  @Field([IsObject(), MaxJsonSize(10_000), HasPlainKeys()], {
    optional: true,
    nullable: true,
    type: Object,
    example: { plan: 'pro' },
    description: 'Yours; replaced as a whole. At most 10 KB of JSON.',
  })
  attributes?: Record<string, unknown> | null;
}

/** All given conditions hold. */
export class ListContactsQuery extends PageQuery {
  @Text(200, { optional: true, example: 'customer-17', description: 'Exact.' })
  external_id?: string;

  @Text(320, { optional: true, example: 'ann@example.org', description: 'In any spelling.' })
  email?: string;

  @Text(20, { optional: true, example: '+33612345678', description: 'E.164.' })
  phone?: string;
}
