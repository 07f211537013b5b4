import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, Matches } from 'class-validator';
import { Field, OneOf, Text } from '../http/field.decorators.js';
import { IsInstant } from '../http/is-instant.decorator.js';
import { IsName } from '../http/is-name.decorator.js';
import { PageQuery } from '../http/page.dto.js';

/** What a list is narrowed to; all given conditions hold. */
export class ListMessagesQuery extends PageQuery {
  @OneOf(MESSAGE_STATUSES, { optional: true, description: 'Only those that have it now.' })
  status?: MessageStatus;

  @Text(200, { optional: true, example: 'bounced_hard', description: 'Only those whose `reason` it is.' })
  reason?: string;

  @OneOf(['live', 'test'], { optional: true, description: 'Only of this mode.' })
  mode?: 'live' | 'test';

  @Text(320, {
    optional: true,
    example: 'shop@example.com',
    description: 'Id or address of a sender, archived or not.',
  })
  sender?: string;

  @Text(100, {
    optional: true,
    example: 'welcome',
    description: 'Id or name of a template, archived or not; any version.',
  })
  template?: string;

  @Transform(({ value }: { value: unknown }) => [value].flat())
  @Field(
    [
      ArrayMaxSize(5),
      Matches(/^[^=]{1,200}=.{0,1000}$/s, { each: true, message: 'must be key=value, such as order_id=A-17' }),
    ],
    {
      optional: true,
      type: [String],
      example: ['order_id=A-17'],
      description:
        'Only those whose metadata has this value under this key, as key=value; give it again for more, five at most.',
    },
  )
  metadata?: string[];

  @OneOf(CHANNELS, { optional: true, description: 'Only of this channel.' })
  channel?: Channel;

  @Field(IsName(64), { optional: true, example: 'receipts', description: 'Only those that have it.' })
  tag?: string;

  @Text(MAX_PUSH_TOKEN, {
    optional: true,
    example: 'ann@example.org',
    description: 'The address, in any spelling. Without `channel` an email address or a number.',
  })
  recipient?: string;

  @Field(IsInstant(), {
    optional: true,
    example: '2026-11-01T00:00:00Z',
    description: 'Created at this time or later.',
  })
  created_after?: string;

  @Field(IsInstant(), { optional: true, example: '2026-12-01T00:00:00Z', description: 'Created before this time.' })
  created_before?: string;
}
