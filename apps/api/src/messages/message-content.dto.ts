import { describeAddresses } from '@outbell/channels/described.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_PUSH_TOKEN } from '@outbell/shared/addresses/push-token.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../http/is-instant.decorator.js';
import { MaxJsonSize } from '../http/max-json-size.decorator.js';
import { withContent } from './content-fields.js';

export class TemplateRefDto {
  @ApiProperty({ example: 'welcome' })
  @IsString()
  @Length(1, 100)
  name!: string;

  @ApiPropertyOptional({ example: 'en', default: 'en' })
  @IsOptional()
  @IsString()
  @Length(2, 35)
  locale?: string;

  @ApiPropertyOptional({ example: 3, description: 'Default: the published one.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version?: number;
}

class AddressedDto {
  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiPropertyOptional({
    example: 'ann@example.org',
    description: `One address, without a display name; left out where a contact is named. ${describeAddresses()}`,
  })
  @ValidateIf(({ to }: AddressedDto) => to !== undefined)
  @IsString()
  @Length(1, MAX_PUSH_TOKEN)
  to?: string;

  @ApiProperty({ example: 'shop@example.com', description: 'Id or address of a verified sender.' })
  @IsString()
  @Length(1, 320)
  sender!: string;

  @ApiPropertyOptional({
    type: TemplateRefDto,
    description: 'A published template; or give the content inline, which is sent as it is, never rendered.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TemplateRefDto)
  template?: TemplateRefDto;

  @ApiPropertyOptional({ example: { name: 'Ann' }, description: 'What the template asks for. At most 100 KB of JSON.' })
  @IsOptional()
  @IsObject()
  @MaxJsonSize(100_000)
  variables?: Record<string, unknown>;
}

/** To whom, from whom, and what: of a message, and of what stands in for it. */
export class MessageContentDto extends withContent(AddressedDto) {
  @ApiPropertyOptional({ example: '2027-01-31T12:00:00Z', description: 'It is not sent after this time.' })
  @IsOptional()
  @IsInstant()
  expires_at?: string;
}
