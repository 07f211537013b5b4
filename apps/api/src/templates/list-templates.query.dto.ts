import { ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../http/page.query.dto.js';

export class ListTemplatesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: '`true`: those that are archived, and no others.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be one of: true, false' })
  archived?: 'true' | 'false';

  @ApiPropertyOptional({ example: 'order-confirmation', description: 'Exact: its channels and locales.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string;

  @ApiPropertyOptional({ enum: CHANNELS, description: 'Only of this channel.' })
  @IsOptional()
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel?: Channel;
}
