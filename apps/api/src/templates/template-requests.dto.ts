import { ApiProperty } from '@nestjs/swagger';
import { channelsWithPart } from '@outbell/channels/described.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsBoolean, IsObject, IsString, Matches } from 'class-validator';
import { ApiNullable, Field, OneOf, Text, Whole } from '../http/field.decorators.js';
import { IsLocale } from '../http/is-locale.decorator.js';
import { PageQuery } from '../http/page.dto.js';

const LATEST = 1_000_000;

/** What one version of a template says, in Handlebars. */
export class TemplateContentDto {
  @Field(IsString(), {
    optional: true,
    nullable: true,
    example: 'Your order {{order.id}}',
    description: `${channelsWithPart('subject')}. One line; unescaped.`,
  })
  subject?: string | null;

  @Field(IsString(), {
    optional: true,
    nullable: true,
    example: '<p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>',
    description:
      `${channelsWithPart('html')}. Variables are escaped. #if, #unless, #each, #with and lookup are ` +
      'there; partials are not.',
  })
  html?: string | null;

  @Field(IsString(), {
    optional: true,
    nullable: true,
    example: 'Dear {{name}}',
    description: 'Unescaped. For email made from the html when left out; of voice the token of a recording.',
  })
  text?: string | null;

  @Field(IsBoolean(), {
    optional: true,
    default: false,
    description: 'A missing variable renders as nothing, and stops no message.',
  })
  lenient?: boolean;
}

export class CreateTemplateDto extends TemplateContentDto {
  @Field(
    Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
      message: 'must be 1 to 100 letters, digits, dots, hyphens or underscores',
    }),
    { example: 'order-confirmation', description: 'What messages call it by.' },
  )
  name!: string;

  @OneOf(CHANNELS, { example: 'email' })
  channel!: Channel;

  @Field(IsLocale(), {
    optional: true,
    example: 'en',
    default: 'en',
    description: 'One template per name, channel and locale.',
  })
  locale: string = 'en';
}

export class PublishTemplateDto {
  @Whole(1, LATEST, {
    example: 2,
    description: 'The version that messages get from now on; an earlier one brings it back.',
  })
  version!: number;
}

export class PreviewTemplateDto {
  @Whole(1, LATEST, { optional: true, example: 2, description: 'Default: the newest one, published or not.' })
  version?: number;

  @Field(IsObject(), {
    optional: true,
    type: Object,
    example: { name: 'Ann' },
    default: {},
    description: 'As a message would give them.',
  })
  variables?: Record<string, unknown>;
}

export class PreviewDto {
  @ApiProperty({ example: 2, description: 'The version that was rendered.' })
  version!: number;

  @ApiNullable({ example: 'Your order A-17' })
  subject!: string | null;

  @ApiNullable({ example: '<p>Dear Ann</p>' })
  html!: string | null;

  @ApiProperty({ example: 'Dear Ann' })
  text!: string;
}

export class ListTemplatesQuery extends PageQuery {
  @OneOf(['true', 'false'], {
    optional: true,
    default: 'false',
    description: '`true`: those that are archived, and no others.',
  })
  archived?: 'true' | 'false';

  @Text(100, { optional: true, example: 'order-confirmation', description: 'Exact: its channels and locales.' })
  name?: string;

  @OneOf(CHANNELS, { optional: true, description: 'Only of this channel.' })
  channel?: Channel;
}
