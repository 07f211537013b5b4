import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../http/is-instant.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { IsPushData } from './is-push-data.decorator.js';
import { WhatsAppTemplateDto } from './whatsapp-template.dto.js';

export class TemplateRefDto {
  @ApiProperty({ example: 'welcome' })
  @IsString()
  @Length(1, 100)
  name!: string;

  @ApiPropertyOptional({ example: 'en', default: 'en' })
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;

  @ApiPropertyOptional({ example: 3, description: 'Default: the published one.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version?: number;
}

/** To whom, from whom, and what: of a message, and of what stands in for it. */
export class MessageContentDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiPropertyOptional({
    example: 'ann@example.org',
    description:
      'One address, without a display name; left out where a contact is named. Email: an address. SMS, WhatsApp, voice: a number in E.164. ' +
      'Push: a device’s FCM token, or the subscription of a browser as JSON without blanks: ' +
      '`{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}`.',
  })
  @ValidateIf(({ to }: MessageContentDto) => to !== undefined)
  @IsString()
  @Length(1, MAX_PUSH_TOKEN)
  to?: string;

  @ApiProperty({ example: 'shop@example.com', description: 'Id or address of a verified sender.' })
  @IsString()
  @Length(1, 320)
  sender!: string;

  @ApiPropertyOptional({ type: TemplateRefDto, description: 'A published template; or give the content inline.' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TemplateRefDto)
  template?: TemplateRefDto;

  @ApiPropertyOptional({ example: { name: 'Ann' }, description: 'What the template asks for. At most 100 KB of JSON.' })
  @IsOptional()
  @IsObject()
  @MaxJsonSize(100_000)
  variables?: Record<string, unknown>;

  @ApiPropertyOptional({
    example: 'Your receipt',
    description: 'Email: its subject. Push: its title. Inline content is sent as it is, never rendered.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 998)
  subject?: string;

  @ApiPropertyOptional({ example: '<p>Thank you.</p>', description: 'Email alone.' })
  @IsOptional()
  @IsString()
  html?: string;

  @ApiPropertyOptional({
    example: 'Thank you.',
    description:
      'Every channel but voice: SMS to 1,600 characters, WhatsApp to 4,096. For email made from the html when left out.',
  })
  @IsOptional()
  @IsString()
  text?: string;

  @ApiPropertyOptional({
    type: WhatsAppTemplateDto,
    description: 'WhatsApp, instead of `text`: what a business may begin a conversation with.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => WhatsAppTemplateDto)
  whatsapp_template?: WhatsAppTemplateDto;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { order_id: 'A-17' },
    description: 'Push, inline or beside a template: texts for the app. At most 3 KB of JSON.',
  })
  @IsOptional()
  @IsPushData()
  data?: Record<string, string>;

  @ApiPropertyOptional({ example: 'a1b2c3', description: 'Voice: the vendor’s token of a recording.' })
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,200}$/, { message: 'must be 1 to 200 visible ASCII characters' })
  audio?: string;

  @ApiPropertyOptional({ example: '2027-01-31T12:00:00Z', description: 'It is not sent after this time.' })
  @IsOptional()
  @IsInstant()
  expires_at?: string;
}
