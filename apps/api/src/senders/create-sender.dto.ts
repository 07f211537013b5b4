import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsSenderName } from './is-sender-name.decorator.js';

export class CreateSenderDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiProperty({
    example: 'shop@example.com',
    description:
      'Where messages come from. Email: an address, to which a code is sent. SMS: a number in E.164, a short code ' +
      'of 3 to 8 digits, or a ' +
      'name of 1 to 11 letters, digits, spaces and - + _ & with at least one letter, spelled as recipients see it. ' +
      'WhatsApp, voice: a number in E.164. Push: your name for the app, 1 to ' +
      '100 of a–z, 0–9, dot, hyphen and underscore.',
  })
  @IsString()
  @Length(1, 320)
  address!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Example Shop',
    description: 'Shown beside the address.',
  })
  @IsOptional()
  @IsSenderName()
  name?: string | null;
}
