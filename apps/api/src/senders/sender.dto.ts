import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SENDER_STATUSES, type SenderEntity, type SenderStatus } from '@outbell/persistence/entities/sender.entity.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { VERIFIED_OVER, type VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { type Plain, shownAs } from '../http/shown-as.js';
import type { Updated } from './senders.service.js';

export class SenderDto extends ChangingResourceDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel!: Channel;

  @ApiProperty({ example: 'shop@example.com' })
  address!: string;

  @ApiNullable({ example: 'Example Shop' })
  name!: string | null;

  @ApiProperty({
    enum: SENDER_STATUSES,
    description: 'Only a verified sender’s messages are accepted; a paused one’s wait.',
  })
  status!: SenderStatus;

  @ApiNullable({ example: 'paused_by_tenant', description: 'Why it is paused.' })
  status_reason!: string | null;

  @ApiProperty({ example: '20/min,1000/h', description: 'Empty: the installation’s.' })
  rate_limits!: string;

  @ApiNullable({ format: 'date-time' })
  verified_at!: string | null;

  @ApiNullable({
    format: 'date-time',
    example: null,
    description: 'Since then new messages cannot use it, and its address is free.',
  })
  archived_at!: string | null;

  @ApiProperty({
    enum: VERIFIED_OVER,
    nullable: true,
    description:
      'Whose connections it may go by. `tenant`, `withdrawn`: your own alone. `installation` (its code came by ' +
      'those) and `operator` (who has granted it): the installation’s too. Null: not verified yet.',
  })
  verified_over!: VerifiedOver | null;
}

export class UpdatedSenderDto extends SenderDto {
  @ApiPropertyOptional({
    example: 0,
    description:
      'After a pause: messages that a vendor was called for just before, and has not answered within two seconds. ' +
      'No other leaves any more.',
  })
  in_flight?: number;
}

export class SenderPageDto extends PageOf(SenderDto) {}

const shown = shownAs(SenderDto);

export function showSender(row: Plain<SenderEntity>): Plain<SenderDto> {
  return shown({ ...row, verifiedOver: row.verifiedAt && row.verifiedOver });
}

export function showUpdated({ sender, inFlight }: Updated): UpdatedSenderDto {
  return { ...showSender(sender), ...(inFlight !== null && { in_flight: inFlight }) };
}
