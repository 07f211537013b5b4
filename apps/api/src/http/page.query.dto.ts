import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';

/** Which part of a list: `?limit=25&cursor=…`. */
export class PageQuery {
  @ApiPropertyOptional({ default: 25, minimum: 1, maximum: 100, description: 'How many entries at most.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 25;

  @ApiPropertyOptional({ format: 'uuid', description: '`next_cursor` of the page before.' })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}
