import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { IsIn, Matches } from 'class-validator';
import { IsLocale } from '../http/is-locale.decorator.js';
import { TemplateContentDto } from './template-content.dto.js';

export class CreateTemplateDto extends TemplateContentDto {
  @ApiProperty({ example: 'order-confirmation', description: 'What messages call it by.' })
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
    message: 'must be 1 to 100 letters, digits, dots, hyphens or underscores',
  })
  name!: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  @IsIn(CHANNELS, { message: `must be one of: ${CHANNELS.join(', ')}` })
  channel!: Channel;

  @ApiPropertyOptional({ example: 'en', default: 'en', description: 'One template per name, channel and locale.' })
  @IsLocale()
  locale: string = 'en';
}
