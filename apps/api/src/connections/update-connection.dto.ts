import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsName } from '../http/is-name.decorator.js';
import { CREDENTIALS, RATE_LIMITS } from './create-connection.dto.js';
import { RouteConditionsDto } from './route-conditions.dto.js';

/** What is left out stays as it is. */
export class UpdateConnectionDto {
  @ApiPropertyOptional({ example: 'our mail server', description: 'No two connections have the same.' })
  @ValidateIf(({ name }: UpdateConnectionDto) => name !== undefined)
  @IsName()
  name?: string;

  @ApiPropertyOptional({ example: 50, minimum: 0, maximum: 1000, description: 'The lowest is tried first.' })
  @ValidateIf(({ priority }: UpdateConnectionDto) => priority !== undefined)
  @IsInt()
  @Min(0)
  @Max(1000)
  priority?: number;

  @ApiPropertyOptional({
    example: 3,
    minimum: 1,
    maximum: 1000,
    description: 'Its share of the messages among connections of the same priority.',
  })
  @ValidateIf(({ weight }: UpdateConnectionDto) => weight !== undefined)
  @IsInt()
  @Min(1)
  @Max(1000)
  weight?: number;

  @ApiPropertyOptional({
    type: RouteConditionsDto,
    nullable: true,
    description: 'Replace the former ones, all of them; null removes them.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RouteConditionsDto)
  conditions?: RouteConditionsDto | null;

  @ApiPropertyOptional(RATE_LIMITS)
  @ValidateIf(({ rate_limits }: UpdateConnectionDto) => rate_limits !== undefined)
  @IsString()
  @MaxLength(200)
  rate_limits?: string;

  @ApiPropertyOptional({ description: 'No message goes through one that is not active.' })
  @ValidateIf(({ active }: UpdateConnectionDto) => active !== undefined)
  @IsBoolean()
  active?: boolean;

  @ApiPropertyOptional({ ...CREDENTIALS, description: 'Replace the former ones, all of them.' })
  @ValidateIf(({ credentials }: UpdateConnectionDto) => credentials !== undefined)
  @IsObject()
  credentials?: object;
}
