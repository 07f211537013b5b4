import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { SUPPRESSION_SCOPES, type SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { SUPPRESSION_REASONS, type SuppressionReason } from '@outbell/shared/outcome.js';
import { IsString } from 'class-validator';
import { Field, OneOf } from '../http/field.decorators.js';
import { IsTopic } from '../http/is-topic.decorator.js';
import { PageQuery } from '../http/page.dto.js';

export class CreateSuppressionDto {
  @OneOf(CHANNELS, { example: 'email' })
  channel!: Channel;

  @Field(IsString(), { example: 'ann@example.org', description: 'However it is written: case makes no difference.' })
  address!: string;

  @OneOf(SUPPRESSION_REASONS, { optional: true, default: 'manual', description: 'Why nothing may be sent to it.' })
  reason: SuppressionReason = 'manual';

  @OneOf(SUPPRESSION_SCOPES, {
    optional: true,
    description:
      'What it holds for: `all` messages, those of priority `bulk`, or those of one `topic`. Default: `topic` where ' +
      'one is given, `bulk` for who unsubscribed from mail, `all` for everything else.',
  })
  scope?: SuppressionScope;

  @Field(IsTopic(), {
    optional: true,
    example: 'offers',
    description: 'Of scope `topic`: as bulk messages name it.',
  })
  topic?: string;
}

export class ListSuppressionsQuery extends PageQuery {
  @OneOf(CHANNELS, { optional: true, example: 'email', description: 'Only of this channel.' })
  channel?: Channel;

  @Field(IsString(), { optional: true, example: 'ann@example.org', description: 'Together with `channel`.' })
  address?: string;
}
