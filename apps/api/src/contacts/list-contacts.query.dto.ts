import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../http/page.query.dto.js';

/** All given conditions hold. */
export class ListContactsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'customer-17', description: 'Exact.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  external_id?: string;

  @ApiPropertyOptional({ example: 'ann@example.org', description: 'In any spelling.' })
  @IsOptional()
  @IsString()
  @Length(1, 320)
  email?: string;

  @ApiPropertyOptional({ example: '+33612345678', description: 'E.164.' })
  @IsOptional()
  @IsString()
  @Length(1, 20)
  phone?: string;
}
