import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PRIORITIES, type Priority } from '@outbell/shared/constants/priorities.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { HasPlainKeys } from '../http/has-plain-keys.decorator.js';
import { IsName } from '../http/is-name.decorator.js';
import { IsInstant } from '../http/is-instant.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { FallbackDto } from './fallback.dto.js';
import { TOPIC } from '@outbell/shared/constants/suppression-scopes.js';
import { MessageContentDto } from './message-content.dto.js';

/** The largest batch. */
export const BATCH_LIMIT = 1_000;

const ON_UNKNOWN = ['park', 'resend'] as const;

/** One thing to be delivered to one address on one channel. */
export class CreateMessageDto extends MessageContentDto {
  @ApiPropertyOptional({
    example: 'customer-17',
    description:
      'Id or external id of a contact, instead of `to`: the address it has on the channel now. Of push the device ' +
      'that was seen last, and ' +
      'no other.',
  })
  @ValidateIf(({ to_contact }: CreateMessageDto) => to_contact !== undefined)
  @IsString()
  @Length(1, 200)
  to_contact?: string;

  @ApiPropertyOptional({ example: '2027-01-31T09:00:00+01:00', description: 'Not before this time. Needs its offset.' })
  @IsOptional()
  @IsInstant()
  scheduled_at?: string;

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
  @HasPlainKeys()
  metadata?: Record<string, unknown>;

  @ApiPropertyOptional({ example: ['receipts'], description: 'At most 10, to find messages by.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @IsName(64, { each: true })
  tags?: string[];

  @ApiPropertyOptional({
    example: 'offers',
    description:
      'Of bulk messages alone: what this one belongs to. Who unsubscribes from it gets no more of that topic, and ' +
      'all else as before.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(TOPIC, {
    message: 'holds letters, digits, blanks and . _ - only, begins with a letter or digit, and ends with no blank',
  })
  topic?: string;

  @ApiPropertyOptional({
    enum: ON_UNKNOWN,
    default: 'park',
    description:
      'When nobody can know whether it was sent: `park` leaves it for you to decide; `resend` sends it again, so ' +
      'that the person may get it twice.',
  })
  @IsOptional()
  @IsIn(ON_UNKNOWN, { message: `must be one of: ${ON_UNKNOWN.join(', ')}` })
  on_unknown?: (typeof ON_UNKNOWN)[number];

  @ApiPropertyOptional({
    type: [FallbackDto],
    minItems: 1,
    maxItems: 3,
    example: [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'Thank you.', after: 'PT15M' }],
    description:
      'Other channels, should this one not deliver in time: the first entry, then the next. Each goes at most once, ' +
      'as a message of its own with ' +
      'this one’s mode, priority, metadata, tags and topic.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => FallbackDto)
  fallback?: FallbackDto[];
}

/** Its items are read one by one, by `readItems`. */
export class CreateBatchDto {
  @ApiProperty({
    type: [CreateMessageDto],
    maxItems: BATCH_LIMIT,
    description: 'Each is accepted or refused by itself.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(BATCH_LIMIT)
  messages!: unknown[];
}
