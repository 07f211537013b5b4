import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, Length, Matches } from 'class-validator';

/** What WhatsApp refuses in a parameter: line breaks, tabs, more than four blanks in a row. */
const PARAMETER = /^(?!.* {5})[^\r\n\t]+$/;

/** A template that WhatsApp has approved, with what stands in its places. */
export class WhatsAppTemplateDto {
  @ApiProperty({ example: 'order_shipped', description: 'Its name; at Twilio the ContentSid.' })
  @Matches(/^[A-Za-z0-9_]{1,512}$/, { message: 'must be 1 to 512 letters, digits or underscores' })
  name!: string;

  @ApiProperty({ example: 'pt_BR', description: 'As WhatsApp writes it.' })
  @Matches(/^[a-z]{2,3}(_[A-Z]{2})?$/, { message: 'must be a language as WhatsApp writes it, such as en or pt_BR' })
  language!: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['Ann', 'A-17'],
    description: 'Of its body, in order: {{1}}, {{2}} …',
  })
  @IsArray()
  @ArrayMaxSize(50)
  @Length(1, 1_024, { each: true })
  @Matches(PARAMETER, {
    each: true,
    message: 'each must be without line breaks, tabs and more than four blanks in a row',
  })
  parameters: string[] = [];
}
