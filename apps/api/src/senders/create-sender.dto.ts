import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { IsSenderName } from './is-sender-name.decorator.js';

export class CreateSenderDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiProperty({ example: 'shop@example.com', description: 'Where messages come from. A code is sent to it.' })
  @IsString()
  address!: string;

  @ApiPropertyOptional({ type: String, example: 'Example Shop', description: 'Shown beside the address.' })
  @IsOptional()
  @IsSenderName()
  name?: string | null;
}
