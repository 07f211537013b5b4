import { ApiProperty } from '@nestjs/swagger';
import type { TemplateVersionEntity } from '@outbell/persistence/entities/template-version.entity.js';
import { PageOf } from '../http/page.dto.js';

export class TemplateVersionDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a81' })
  id!: string;

  @ApiProperty({ example: 2 })
  version!: number;

  @ApiProperty({ type: String, nullable: true, example: 'Your order {{order.id}}' })
  subject!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '<p>Dear {{name}}</p>' })
  html!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Dear {{name}}' })
  text!: string | null;

  @ApiProperty({ example: ['name', 'order'], description: 'Variables that a message must give.' })
  variables!: string[];

  @ApiProperty({ example: false, description: 'A missing variable stops no message.' })
  lenient!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export class TemplateVersionPageDto extends PageOf(TemplateVersionDto) {}

export function showVersion(row: TemplateVersionEntity): TemplateVersionDto {
  const { id, version, subject, html, text, variables, lenient, createdAt } = row;
  return { id, version, subject, html, text, variables, lenient, created_at: createdAt.toISOString() };
}
