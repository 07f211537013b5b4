import { describeAddresses } from '@outbell/channels/described.js';
import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsObject, IsString, Length } from 'class-validator';
import { Field, Nested, OneOf, Text, Whole } from '../http/field.decorators.js';
import { IsInstant } from '../http/is-instant.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { withContent } from './content-fields.js';

export class TemplateRefDto {
  @Text(100, { example: 'welcome' })
  name!: string;

  @Field([IsString(), Length(2, 35)], { optional: true, example: 'en', default: 'en' })
  locale?: string;

  @Whole(1, 1_000_000, { optional: true, example: 3, description: 'Default: the published one.' })
  version?: number;
}

class AddressedDto {
  @OneOf(CHANNELS, { example: 'email' })
  channel!: Channel;

  @Text(MAX_PUSH_TOKEN, {
    optional: true,
    example: 'ann@example.org',
    description: `One address, without a display name; left out where a contact is named. ${describeAddresses()}`,
  })
  to?: string;

  @Text(320, { example: 'shop@example.com', description: 'Id or address of a verified sender.' })
  sender!: string;

  @Nested(TemplateRefDto, {
    optional: true,
    description: 'A published template; or give the content inline, which is sent as it is, never rendered.',
  })
  template?: TemplateRefDto;

  @Field([IsObject(), MaxJsonSize(100_000)], {
    optional: true,
    example: { name: 'Ann' },
    description: 'What the template asks for. At most 100 KB of JSON.',
  })
  variables?: Record<string, unknown>;
}

/** To whom, from whom, and what: of a message, and of what stands in for it. */
export class MessageContentDto extends withContent(AddressedDto) {
  @Field(IsInstant(), {
    optional: true,
    example: '2027-01-31T12:00:00Z',
    description: 'It is not sent after this time.',
  })
  expires_at?: string;
}
