import { ApiPropertyOptional } from '@nestjs/swagger';
import { SENDER_STATUSES, type SenderStatus } from '@outbell/persistence/entities/sender.entity.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../http/page.query.dto.js';

export class ListSendersQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: '`true`: those that are archived, and no others.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be one of: true, false' })
  archived?: 'true' | 'false';

  @ApiPropertyOptional({ enum: CHANNELS, description: 'Only of this channel.' })
  @IsOptional()
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel?: Channel;

  @ApiPropertyOptional({ enum: SENDER_STATUSES, description: 'Only those that have it now.' })
  @IsOptional()
  @IsIn(SENDER_STATUSES, { message: `must be one of: ${SENDER_STATUSES.join(', ')}` })
  status?: SenderStatus;
}
