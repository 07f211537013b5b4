import { ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PageQuery } from '../http/page.query.dto.js';

export class ListSuppressionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CHANNELS, example: 'email', description: 'Only of this channel.' })
  @IsOptional()
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel?: Channel;

  @ApiPropertyOptional({ example: 'ann@example.org', description: 'Together with `channel`.' })
  @IsOptional()
  @IsString()
  address?: string;
}
