import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { IsSenderName } from './is-sender-name.decorator.js';

/** What is left out stays as it is. */
export class UpdateSenderDto {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'Example Shop', description: 'null takes it away.' })
  @IsOptional()
  @IsSenderName()
  name?: string | null;

  @ApiPropertyOptional({
    enum: ['paused', 'verified'],
    description: '`paused`: its messages wait. `verified` lets a paused one go on, if it has ever been verified.',
  })
  @ValidateIf(({ status }: UpdateSenderDto) => status !== undefined)
  @IsIn(['paused', 'verified'], { message: 'must be one of: paused, verified' })
  status?: 'paused' | 'verified';

  @ApiPropertyOptional({
    example: '20/min,1000/h',
    description: 'Its own limits, all at once, instead of the installation’s; empty: the installation’s again.',
  })
  @ValidateIf(({ rate_limits }: UpdateSenderDto) => rate_limits !== undefined)
  @IsString()
  @MaxLength(200)
  rate_limits?: string;
}
