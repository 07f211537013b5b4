import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { SUPPRESSION_REASONS, type SuppressionReason } from '@outbell/shared/outcome.js';
import { IsIn, IsString } from 'class-validator';

export class CreateSuppressionDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiProperty({ example: 'ann@example.org', description: 'However it is written: case makes no difference.' })
  @IsString()
  address!: string;

  @ApiPropertyOptional({ enum: SUPPRESSION_REASONS, default: 'manual', description: 'Why nothing may be sent to it.' })
  @IsIn(SUPPRESSION_REASONS, { message: `must be one of: ${SUPPRESSION_REASONS.join(', ')}` })
  reason: SuppressionReason = 'manual';
}
