import { ApiProperty } from '@nestjs/swagger';
import type { TemplateEntity } from '@outbell/persistence/entities/template.entity.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { PageOf } from '../http/page.dto.js';
import { ChangingResourceDto } from '../http/resource.dto.js';

export class TemplateDto extends ChangingResourceDto {
  @ApiProperty({ example: 'order-confirmation' })
  name!: string;

  @ApiProperty({ enum: CHANNELS, example: 'email' })
  channel!: Channel;

  @ApiProperty({ example: 'en' })
  locale!: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'What messages get; null until one is published.',
  })
  published_version!: number | null;

  @ApiProperty({ example: 2, description: 'The newest, published or not.' })
  latest_version!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since then new messages cannot use it, and its name is free.',
  })
  archived_at!: string | null;
}

export class TemplatePageDto extends PageOf(TemplateDto) {}

export function showTemplate(row: TemplateEntity): TemplateDto {
  return {
    id: row.id,
    name: row.name,
    channel: row.channel,
    locale: row.locale,
    published_version: row.publishedVersion,
    latest_version: row.latestVersion,
    archived_at: row.archivedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
