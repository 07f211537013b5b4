import { ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { MESSAGE_STATUSES, type MessageStatus } from '@outbell/shared/constants/message-status.js';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsInstant } from '../http/is-instant.decorator.js';
import { PageQuery } from '../http/page.query.dto.js';

/** What a list is narrowed to; all given conditions hold. */
export class ListMessagesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: MESSAGE_STATUSES, description: 'Only those that have it now.' })
  @IsOptional()
  @IsIn(MESSAGE_STATUSES, { message: `must be one of: ${MESSAGE_STATUSES.join(', ')}` })
  status?: MessageStatus;

  @ApiPropertyOptional({ enum: CHANNELS, description: 'Only of this channel.' })
  @IsOptional()
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel?: Channel;

  @ApiPropertyOptional({ example: 'receipts', description: 'Only those that bear it.' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
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
