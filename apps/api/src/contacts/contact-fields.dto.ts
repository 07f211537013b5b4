import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Length } from 'class-validator';
import { HasPlainKeys } from '../http/has-plain-keys.decorator.js';
import { IsName } from '../http/is-name.decorator.js';
import { IsLocale } from '../http/is-locale.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { IsTimezone } from './is-timezone.decorator.js';

/** What is known of a person. Of a change: what is left out stays as it is, null takes it away. */
export class ContactFieldsDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'customer-17',
    description: 'Yours; no two contacts have the same.',
  })
  @IsOptional()
  @IsName(200)
  external_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'ann@example.org' })
  @IsOptional()
  @IsString()
  @Length(1, 320)
  email?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '+33612345678', description: 'E.164.' })
  @IsOptional()
  @IsString()
  @Length(1, 20)
  phone?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'fr-FR', description: 'BCP 47.' })
  @IsOptional()
  @IsLocale()
  locale?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Europe/Paris', description: 'IANA.' })
  @IsOptional()
  @IsTimezone()
  timezone?: string | null;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    example: { plan: 'pro' },
    description: 'Yours; replaced as a whole. At most 10 KB of JSON.',
  })
  @IsOptional()
  @IsObject()
  @MaxJsonSize(10_000)
  @HasPlainKeys()
  attributes?: Record<string, unknown> | null;
}
