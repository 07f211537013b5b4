import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { WhatsAppButton, WhatsAppHeader } from '@outbell/shared/whatsapp-template.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsNamedParameters, LONGEST_PARAMETER, PARAMETER } from './is-named-parameters.decorator.js';

const PARAMETER_TEXT = 'must be without line breaks, tabs and more than four blanks in a row';

/** What stands in the header of a template. */
export class WhatsAppHeaderDto {
  @ApiProperty({ enum: ['text', 'image', 'video', 'document'], example: 'document' })
  @IsIn(['text', 'image', 'video', 'document'], { message: 'must be text, image, video or document' })
  type!: WhatsAppHeader['type'];

  @ApiPropertyOptional({ example: 'A-17', description: 'Of `text`: what stands in the header’s {{1}}.' })
  @IsOptional()
  @Length(1, 60)
  @Matches(PARAMETER, { message: PARAMETER_TEXT })
  text?: string;

  @ApiPropertyOptional({ example: 'order', description: 'Of `text`, where the placeholder in the header has a name.' })
  @IsOptional()
  @Matches(/^[a-z0-9_]{1,64}$/, { message: 'must be 1 to 64 lower-case letters, digits or underscores' })
  parameter_name?: string;

  @ApiPropertyOptional({
    example: 'https://example.com/invoice.pdf',
    description: 'Of image, video and document: where WhatsApp fetches it, by https at a public name. Or give `id`.',
  })
  @IsOptional()
  @Length(1, 2_000)
  link?: string;

  @ApiPropertyOptional({ example: '1013859600285441', description: 'Of media that was uploaded to WhatsApp.' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,200}$/, { message: 'must be the id of media that was uploaded to WhatsApp' })
  id?: string;

  @ApiPropertyOptional({ example: 'invoice.pdf', description: 'Of a document, as the recipient sees it.' })
  @IsOptional()
  @Length(1, 240)
  @Matches(/^[^\p{C}/\\]+$/u, { message: 'must be the name of a file, without slashes' })
  filename?: string;
}

/** What a button of a template takes. Buttons that take nothing are left out. */
export class WhatsAppButtonDto {
  @ApiProperty({
    enum: ['url', 'quick_reply', 'copy_code'],
    example: 'url',
    description:
      '`url`: the end of its address, and the code in the button of an authentication template. `quick_reply`: what ' +
      'comes back when it is tapped. `copy_code`: what is copied.',
  })
  @IsIn(['url', 'quick_reply', 'copy_code'], { message: 'must be url, quick_reply or copy_code' })
  type!: WhatsAppButton['type'];

  @ApiProperty({ example: '481516' })
  @Length(1, 2_000)
  @Matches(PARAMETER, { message: PARAMETER_TEXT })
  value!: string;

  @ApiPropertyOptional({
    example: 0,
    description: 'Its position among the template’s buttons, from 0. Default: its position in this list.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(9)
  index?: number;
}

/** A template that WhatsApp has approved, with what fills its placeholders. */
export class WhatsAppTemplateDto {
  @ApiProperty({ example: 'order_shipped', description: 'Its name; at Twilio the ContentSid (`HX…`).' })
  @Matches(/^[A-Za-z0-9_]{1,512}$/, { message: 'must be 1 to 512 letters, digits or underscores' })
  name!: string;

  @ApiProperty({
    example: 'pt_BR',
    description: 'As WhatsApp writes it: the template in this language and in no other.',
  })
  @Matches(/^[a-z]{2,3}(_[A-Z]{2})?$/, { message: 'must be a language as WhatsApp writes it, such as en or pt_BR' })
  language!: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['Ann', 'A-17'],
    description: 'Of its body, in order: {{1}}, {{2}} …; of an authentication template the code.',
  })
  @IsArray()
  @ArrayMaxSize(50)
  @Length(1, LONGEST_PARAMETER, { each: true })
  @Matches(PARAMETER, {
    each: true,
    message: 'each must be without line breaks, tabs and more than four blanks in a row',
  })
  parameters: string[] = [];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { name: 'Ann', order: 'A-17' },
    description: 'Of its body, where its placeholders have names: {{order}}. Instead of `parameters`.',
  })
  @IsOptional()
  @IsNamedParameters()
  named_parameters?: Record<string, string>;

  @ApiPropertyOptional({
    type: WhatsAppHeaderDto,
    description: 'What stands in its header, where that takes something.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => WhatsAppHeaderDto)
  header?: WhatsAppHeaderDto;

  @ApiPropertyOptional({
    type: [WhatsAppButtonDto],
    example: [{ type: 'url', value: 'A-17' }],
    description: 'What its buttons take. An authentication template has its code here once more, as `url`.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => WhatsAppButtonDto)
  buttons?: WhatsAppButtonDto[];
}
