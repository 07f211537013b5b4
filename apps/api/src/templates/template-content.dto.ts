import { ApiPropertyOptional } from '@nestjs/swagger';
import { channelsWithPart } from '@outbell/channels/described.js';
import { IsBoolean, IsOptional, IsString } from 'class-validator';

/** What one version of a template says, in Handlebars. */
export class TemplateContentDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Your order {{order.id}}',
    description: `${channelsWithPart('subject')}. One line; unescaped.`,
  })
  @IsOptional()
  @IsString()
  subject?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '<p>Dear {{name}}, {{#each items}}{{title}}{{#unless @last}}, {{/unless}}{{/each}}</p>',
    description:
      `${channelsWithPart('html')}. Variables are escaped. #if, #unless, #each, #with and lookup are ` +
      'there; partials are not.',
  })
  @IsOptional()
  @IsString()
  html?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Dear {{name}}',
    description: 'Unescaped. For email made from the html when left out; of voice the token of a recording.',
  })
  @IsOptional()
  @IsString()
  text?: string | null;

  @ApiPropertyOptional({ default: false, description: 'A missing variable renders as nothing, and stops no message.' })
  @IsOptional()
  @IsBoolean()
  lenient?: boolean;
}
