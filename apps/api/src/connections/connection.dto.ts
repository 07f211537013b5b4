import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { shownAs } from '../http/shown-as.js';
import { RouteConditionsDto } from './route-conditions.dto.js';

/** A connection as it may be shown: without its credentials, which are write-only. */
export class ConnectionDto extends ChangingResourceDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel!: Channel;

  @ApiProperty({ example: 'smtp' })
  provider!: string;

  @ApiProperty({ example: 'our mail server' })
  name!: string;

  @ApiProperty({ example: 100, description: 'Of the active connections of a channel the lowest is tried first.' })
  priority!: number;

  @ApiProperty({ example: 1, description: 'Its share of the messages among connections of the same priority.' })
  weight!: number;

  @ApiNullable({ type: RouteConditionsDto, description: 'Which messages it takes. Null: all.' })
  conditions!: RouteConditions | null;

  @ApiProperty({
    example: '14/s,50000/d',
    description:
      'What may go through it in a time. Empty: what the provider takes of every account, else as much as there is.',
  })
  rate_limits!: string;

  @ApiProperty({ example: true, description: 'No message goes through one that is not.' })
  active!: boolean;

  @ApiProperty({ example: 1, description: 'Grows with every change.' })
  version!: number;

  @ApiNullable({
    example: 'https://mail.example.com/callbacks/ses/0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80?t=k1.MDE5OQ.x',
    description:
      'Where the provider may report what became of messages: enter it there (docs/callbacks.md). A secret, for ' +
      'keys with `connections:write`. Null: for other keys, or when the provider reports nothing.',
  })
  callback_url!: string | null;
}

export class VerificationDto {
  @ApiProperty({ example: true, description: 'The provider took the credentials.' })
  ok!: boolean;

  @ApiPropertyOptional({ example: 'connection_refused', description: 'Why it did not.' })
  reason?: string;
}

/** A connection that was just saved. */
export class SavedConnectionDto extends ConnectionDto {
  @ApiPropertyOptional({
    type: VerificationDto,
    description:
      'What the provider said to new credentials. They are saved whatever it said: it may be away for a moment.',
  })
  verification?: VerificationDto;
}

export class ConnectionPageDto extends PageOf(ConnectionDto) {}

export const showConnection = shownAs(ConnectionDto);
