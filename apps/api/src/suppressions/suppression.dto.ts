import { ApiProperty } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { SUPPRESSION_SCOPES, type SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { SUPPRESSION_REASONS, type SuppressionReason } from '@outbell/shared/outcome.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ResourceDto } from '../http/resource.dto.js';
import { shownAs } from '../http/shown-as.js';

export class SuppressionDto extends ResourceDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel!: Channel;

  @ApiProperty({ example: 'ann@example.org' })
  address!: string;

  @ApiProperty({ enum: SUPPRESSION_REASONS, example: 'unsubscribe' })
  reason!: SuppressionReason;

  @ApiProperty({
    enum: SUPPRESSION_SCOPES,
    example: 'bulk',
    description: 'What it holds for: `all` messages, those of priority `bulk`, or those of one `topic`.',
  })
  scope!: SuppressionScope;

  @ApiNullable({ example: null, description: 'Of scope `topic`.' })
  topic!: string | null;

  @ApiProperty({
    type: Object,
    example: { message_id: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a99' },
    description: 'What led to it.',
  })
  evidence!: Record<string, unknown>;
}

export class HoldingSuppressionDto extends SuppressionDto {
  @ApiProperty({
    example: 0,
    description:
      'Messages to the address that a vendor was called for just before, and has not answered within two seconds: ' +
      'they may still arrive. Nothing else that the suppression forbids leaves any more.',
  })
  in_flight!: number;
}

export class SuppressionPageDto extends PageOf(SuppressionDto) {}

export const showSuppression = shownAs(SuppressionDto);
export const showHolding = shownAs(HoldingSuppressionDto);
