import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { PRIORITIES, type Priority } from '@outbell/shared/constants/priorities.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
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
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { IsInstant } from './is-instant.decorator.js';
import { IsPushData } from './is-push-data.decorator.js';
import { WhatsAppTemplateDto } from './whatsapp-template.dto.js';

/** The largest batch. */
export const BATCH_LIMIT = 1_000;

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

/** One thing to be delivered to one address on one channel. */
export class CreateMessageDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiPropertyOptional({
    example: 'ann@example.org',
    description:
      'Instead of `to_contact`: one address, without a display name. Email: an address. SMS, WhatsApp, voice: a number in E.164. Push: a device’s FCM token, or ' +
      'the subscription of a browser as JSON without blanks: `{"endpoint":"https://…","keys":{"p256dh":"…","auth":"…"}}`.',
  })
  @ValidateIf(({ to, to_contact }: CreateMessageDto) => to !== undefined || to_contact === undefined)
  @IsString()
  @Length(1, MAX_PUSH_TOKEN)
  to?: string;

  @ApiPropertyOptional({
    example: 'customer-17',
    description:
      'Id or external id of a contact, instead of `to`: the address it has on the channel now. Of push the device that was seen last, and ' +
      'no other.',
  })
  @ValidateIf(({ to_contact }: CreateMessageDto) => to_contact !== undefined)
  @IsString()
  @Length(1, 200)
  to_contact?: string;

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
    type: Object,
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

  @ApiPropertyOptional({ example: '2027-01-31T09:00:00+01:00', description: 'Not before this time. Needs its offset.' })
  @IsOptional()
  @IsInstant()
  scheduled_at?: string;

  @ApiPropertyOptional({ example: '2027-01-31T12:00:00Z', description: 'Worthless after this time: then not sent.' })
  @IsOptional()
  @IsInstant()
  expires_at?: string;

  @ApiPropertyOptional({
    enum: PRIORITIES,
    default: 'normal',
    description:
      'A code is `high`; a newsletter is `bulk`: it waits for everybody else and carries an unsubscribe link.',
  })
  @IsOptional()
  @IsIn(PRIORITIES, { message: `must be one of: ${PRIORITIES.join(', ')}` })
  priority?: Priority;

  @ApiPropertyOptional({
    example: { order_id: 'A-17' },
    description: 'Yours; given back as it is. At most 10 KB of JSON.',
  })
  @IsOptional()
  @IsObject()
  @MaxJsonSize(10_000)
  metadata?: Record<string, unknown>;

  @ApiPropertyOptional({ example: ['receipts'], description: 'At most 10, to find messages by.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  tags?: string[];
}

export class CreateBatchDto {
  @ApiProperty({ type: [CreateMessageDto], maxItems: BATCH_LIMIT })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(BATCH_LIMIT)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CreateMessageDto)
  messages!: CreateMessageDto[];
}
