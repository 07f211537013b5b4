import { PRIORITIES, type Priority } from '@outbell/shared/constants/priorities.js';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateNested } from 'class-validator';
import { Field, OneOf, Text } from '../http/field.decorators.js';
import { HasPlainKeys } from '../http/has-plain-keys.decorator.js';
import { IsInstant } from '../http/is-instant.decorator.js';
import { IsName } from '../http/is-name.decorator.js';
import { IsTopic } from '../http/is-topic.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { IsDelay } from './is-delay.decorator.js';
import { MessageContentDto } from './message-content.dto.js';

/** The largest batch. */
export const BATCH_LIMIT = 1_000;

const ON_UNKNOWN = ['park', 'resend'] as const;

/** What goes by another channel should the message not be delivered in time. */
export class FallbackDto extends MessageContentDto {
  @Field(IsDelay(), {
    example: 'PT15M',
    description:
      'ISO 8601, from PT1M to P7D: counted from when the message is due, or from when the fallback before it went.',
  })
  after!: string;
}

/** One thing to be delivered to one address on one channel. */
export class CreateMessageDto extends MessageContentDto {
  @Text(200, {
    optional: true,
    example: 'customer-17',
    description:
      'Id or external id of a contact, instead of `to`: the address it has on the channel now. Of push the device ' +
      'that was seen last, and no other.',
  })
  to_contact?: string;

  @Field(IsInstant(), {
    optional: true,
    example: '2027-01-31T09:00:00+01:00',
    description: 'Not before this time. Needs its offset.',
  })
  scheduled_at?: string;

  @OneOf(PRIORITIES, {
    optional: true,
    default: 'normal',
    description:
      'A code is `high`; a newsletter is `bulk`: it waits for everybody else and carries an unsubscribe link.',
  })
  priority?: Priority;

  @Field([IsObject(), MaxJsonSize(10_000), HasPlainKeys()], {
    optional: true,
    example: { order_id: 'A-17' },
    description: 'Yours; given back as it is. At most 10 KB of JSON.',
  })
  metadata?: Record<string, unknown>;

  @Field([IsArray(), ArrayMaxSize(10), IsName(64, { each: true })], {
    optional: true,
    example: ['receipts'],
    description: 'At most 10, to find messages by.',
  })
  tags?: string[];

  @Field(IsTopic(), {
    optional: true,
    example: 'offers',
    description:
      'Of bulk messages alone: what this one belongs to. Who unsubscribes from it gets no more of that topic, and ' +
      'all else as before.',
  })
  topic?: string;

  @OneOf(ON_UNKNOWN, {
    optional: true,
    default: 'park',
    description:
      'When nobody can know whether it was sent: `park` leaves it for you to decide; `resend` sends it again, so ' +
      'that the person may get it twice.',
  })
  on_unknown?: (typeof ON_UNKNOWN)[number];

  @Type(() => FallbackDto)
  @Field([IsArray(), ArrayMinSize(1), ArrayMaxSize(3), IsObject({ each: true }), ValidateNested({ each: true })], {
    optional: true,
    type: [FallbackDto],
    minItems: 1,
    maxItems: 3,
    example: [{ channel: 'sms', to: '+33612345678', sender: 'MyShop', text: 'Thank you.', after: 'PT15M' }],
    description:
      'Other channels, should this one not deliver in time: the first entry, then the next. Each goes at most once, ' +
      'as a message of its own with this one’s mode, priority, metadata, tags and topic.',
  })
  fallback?: FallbackDto[];
}

/** Its items are read one by one, by `readItems`. */
export class CreateBatchDto {
  @Field([IsArray(), ArrayMinSize(1), ArrayMaxSize(BATCH_LIMIT)], {
    type: [CreateMessageDto],
    maxItems: BATCH_LIMIT,
    description: 'Each is accepted or refused by itself.',
  })
  messages!: unknown[];
}
