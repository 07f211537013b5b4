import { ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../http/page.query.dto.js';

export class ListConnectionsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CHANNELS, description: 'Only of this channel.' })
  @IsOptional()
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel?: Channel;

  @ApiPropertyOptional({ example: 'smtp', description: 'Only to this provider.' })
  @IsOptional()
  @IsString()
  @Length(1, 50)
  provider?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'Only those that take messages, or those that do not.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  active?: boolean;
}
