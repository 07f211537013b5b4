import { ApiProperty } from '@nestjs/swagger';
import { ApiNullable } from '../http/field.decorators.js';
import { PageOf } from '../http/page.dto.js';
import { shownAs } from '../http/shown-as.js';

export class TemplateVersionDto {
  @ApiProperty({ example: '0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a81' })
  id!: string;

  @ApiProperty({ example: 2 })
  version!: number;

  @ApiNullable({ example: 'Your order {{order.id}}' })
  subject!: string | null;

  @ApiNullable({ example: '<p>Dear {{name}}</p>' })
  html!: string | null;

  @ApiNullable({ example: 'Dear {{name}}' })
  text!: string | null;

  @ApiProperty({ example: ['name', 'order'], description: 'Variables that a message must give.' })
  variables!: string[];

  @ApiProperty({ example: false, description: 'A missing variable stops no message.' })
  lenient!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export class TemplateVersionPageDto extends PageOf(TemplateVersionDto) {}

export const showVersion = shownAs(TemplateVersionDto);
