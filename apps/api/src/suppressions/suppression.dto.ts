import { ApiProperty } from '@nestjs/swagger';
import type { SuppressionEntity } from '@outbell/persistence/entities/suppression.entity.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { SUPPRESSION_REASONS, type SuppressionReason } from '@outbell/shared/outcome.js';
import { PageDto } from '../http/page.dto.js';

export class SuppressionDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80' })
  id!: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel!: Channel;

  @ApiProperty({ example: 'ann@example.org' })
  address!: string;

  @ApiProperty({ enum: SUPPRESSION_REASONS, example: 'unsubscribe' })
  reason!: SuppressionReason;

  @ApiProperty({
    type: Object,
    example: { message_id: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a99' },
    description: 'What led to it.',
  })
  evidence!: Record<string, unknown>;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export class SuppressionPageDto extends PageDto {
  @ApiProperty({ type: [SuppressionDto] })
  data!: SuppressionDto[];
}

export function showSuppression({
  id,
  channel,
  address,
  reason,
  evidence,
  createdAt,
}: SuppressionEntity): SuppressionDto {
  return { id, channel, address, reason, evidence, created_at: createdAt.toISOString() };
}
