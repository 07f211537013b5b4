import { ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { IsInstant } from '../http/is-instant.decorator.js';
import { IsName } from '../http/is-name.decorator.js';
import { PageQuery } from '../http/page.query.dto.js';

/** What a list is narrowed to; all given conditions hold. */
export class ListMessagesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: MESSAGE_STATUSES, description: 'Only those that have it now.' })
  @IsOptional()
  @IsIn(MESSAGE_STATUSES, { message: `must be one of: ${MESSAGE_STATUSES.join(', ')}` })
  status?: MessageStatus;

  @ApiPropertyOptional({ example: 'bounced_hard', description: 'Only those whose `reason` it is.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  reason?: string;

  @ApiPropertyOptional({ enum: ['live', 'test'], description: 'Only of this mode.' })
  @IsOptional()
  @IsIn(['live', 'test'], { message: 'must be one of: live, test' })
  mode?: 'live' | 'test';

  @ApiPropertyOptional({ example: 'shop@example.com', description: 'Id or address of a sender, archived or not.' })
  @IsOptional()
  @IsString()
  @Length(1, 320)
  sender?: string;

  @ApiPropertyOptional({ example: 'welcome', description: 'Id or name of a template, archived or not; any version.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  template?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['order_id=A-17'],
    description:
      'Only those whose metadata has this value under this key, as key=value; give it again for more, five at most.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => [value].flat())
  @ArrayMaxSize(5)
  @Matches(/^[^=]{1,200}=.{0,1000}$/s, { each: true, message: 'must be key=value, such as order_id=A-17' })
  metadata?: string[];

  @ApiPropertyOptional({ enum: CHANNELS, description: 'Only of this channel.' })
  @IsOptional()
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel?: Channel;

  @ApiPropertyOptional({ example: 'receipts', description: 'Only those that have it.' })
  @IsOptional()
  @IsName(64)
  tag?: string;

  @ApiPropertyOptional({
    example: 'ann@example.org',
    description: 'The address, in any spelling. Without `channel` an email address or a number.',
  })
  @IsOptional()
  @IsString()
  @Length(1, MAX_PUSH_TOKEN)
  recipient?: string;

  @ApiPropertyOptional({ example: '2026-11-01T00:00:00Z', description: 'Created at this time or later.' })
  @IsOptional()
  @IsInstant()
  created_after?: string;

  @ApiPropertyOptional({ example: '2026-12-01T00:00:00Z', description: 'Created before this time.' })
  @IsOptional()
  @IsInstant()
  created_before?: string;
}
