import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { SUPPRESSION_SCOPES, type SuppressionScope, TOPIC } from '@outbell/shared/constants/suppression-scopes.js';
import { SUPPRESSION_REASONS, type SuppressionReason } from '@outbell/shared/outcome.js';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';

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

  @ApiPropertyOptional({
    enum: SUPPRESSION_SCOPES,
    description:
      'What it holds for: `all` messages, those of priority `bulk`, or those of one `topic`. Default: `topic` where ' +
      'one is given, `bulk` for ' +
      'who unsubscribed from mail, `all` for everything else.',
  })
  @IsOptional()
  @IsIn(SUPPRESSION_SCOPES, { message: `must be one of: ${SUPPRESSION_SCOPES.join(', ')}` })
  scope?: SuppressionScope;

  @ApiPropertyOptional({ example: 'offers', description: 'Of scope `topic`: as bulk messages name it.' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  @Matches(TOPIC, {
    message: 'holds letters, digits, blanks and . _ - only, begins with a letter or digit, and ends with no blank',
  })
  topic?: string;
}
