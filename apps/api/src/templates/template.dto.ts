import { ApiProperty } from '@nestjs/swagger';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';
import { shownAs } from '../http/shown-as.js';

export class TemplateDto extends ChangingResourceDto {
  @ApiProperty({ example: 'order-confirmation' })
  name!: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel!: Channel;

  @ApiProperty({ example: 'en' })
  locale!: string;

  @ApiNullable({ type: Number, example: 1, description: 'What messages get; null until one is published.' })
  published_version!: number | null;

  @ApiProperty({ example: 2, description: 'The newest, published or not.' })
  latest_version!: number;

  @ApiNullable({
    format: 'date-time',
    example: null,
    description: 'Since then new messages cannot use it, and its name is free.',
  })
  archived_at!: string | null;
}

export class TemplatePageDto extends PageOf(TemplateDto) {}

export const showTemplate = shownAs(TemplateDto);
