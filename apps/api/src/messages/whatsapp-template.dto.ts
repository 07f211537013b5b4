import type { WhatsAppButton, WhatsAppHeader } from '@outbell/shared/whatsapp-template.js';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, Length, Matches, ValidateNested } from 'class-validator';
import { Field, Nested, Whole } from '../http/field.decorators.js';
import { IsNamedParameters, LONGEST_PARAMETER, PARAMETER } from './is-named-parameters.decorator.js';

const PARAMETER_TEXT = 'must be without line breaks, tabs and more than four blanks in a row';

/** What stands in the header of a template. */
export class WhatsAppHeaderDto {
  @Field(IsIn(['text', 'image', 'video', 'document'], { message: 'must be text, image, video or document' }), {
    enum: ['text', 'image', 'video', 'document'],
    example: 'document',
  })
  type!: WhatsAppHeader['type'];

  @Field([Length(1, 60), Matches(PARAMETER, { message: PARAMETER_TEXT })], {
    optional: true,
    example: 'A-17',
    description: 'Of `text`: what stands in the header’s {{1}}.',
  })
  text?: string;

  @Field(Matches(/^[a-z0-9_]{1,64}$/, { message: 'must be 1 to 64 lower-case letters, digits or underscores' }), {
    optional: true,
    example: 'order',
    description: 'Of `text`, where the placeholder in the header has a name.',
  })
  parameter_name?: string;

  @Field(Length(1, 2_000), {
    optional: true,
    example: 'https://example.com/invoice.pdf',
    description: 'Of image, video and document: where WhatsApp fetches it, by https at a public name. Or give `id`.',
  })
  link?: string;

  @Field(Matches(/^[A-Za-z0-9_-]{1,200}$/, { message: 'must be the id of media that was uploaded to WhatsApp' }), {
    optional: true,
    example: '1013859600285441',
    description: 'Of media that was uploaded to WhatsApp.',
  })
  id?: string;

  @Field([Length(1, 240), Matches(/^[^\p{C}/\\]+$/u, { message: 'must be the name of a file, without slashes' })], {
    optional: true,
    example: 'invoice.pdf',
    description: 'Of a document, as the recipient sees it.',
  })
  filename?: string;
}

/** What a button of a template takes. Buttons that take nothing are left out. */
export class WhatsAppButtonDto {
  @Field(IsIn(['url', 'quick_reply', 'copy_code'], { message: 'must be url, quick_reply or copy_code' }), {
    enum: ['url', 'quick_reply', 'copy_code'],
    example: 'url',
    description:
      '`url`: the end of its address, and the code in the button of an authentication template. `quick_reply`: what ' +
      'comes back when it is tapped. `copy_code`: what is copied.',
  })
  type!: WhatsAppButton['type'];

  @Field([Length(1, 2_000), Matches(PARAMETER, { message: PARAMETER_TEXT })], { example: '481516' })
  value!: string;

  @Whole(0, 9, {
    optional: true,
    example: 0,
    description: 'Its position among the template’s buttons, from 0. Default: its position in this list.',
  })
  index?: number;
}

/** A template that WhatsApp has approved, with what fills its placeholders. */
export class WhatsAppTemplateDto {
  @Field(Matches(/^[A-Za-z0-9_]{1,512}$/, { message: 'must be 1 to 512 letters, digits or underscores' }), {
    example: 'order_shipped',
    description: 'Its name; at Twilio the ContentSid (`HX…`).',
  })
  name!: string;

  @Field(
    Matches(/^[a-z]{2,3}(_[A-Z]{2})?$/, { message: 'must be a language as WhatsApp writes it, such as en or pt_BR' }),
    { example: 'pt_BR', description: 'As WhatsApp writes it: the template in this language and in no other.' },
  )
  language!: string;

  @Field(
    [
      IsArray(),
      ArrayMaxSize(50),
      Length(1, LONGEST_PARAMETER, { each: true }),
      Matches(PARAMETER, { each: true, message: `each ${PARAMETER_TEXT}` }),
    ],
    {
      optional: true,
      type: [String],
      example: ['Ann', 'A-17'],
      description: 'Of its body, in order: {{1}}, {{2}} …; of an authentication template the code.',
    },
  )
  parameters: string[] = [];

  @Field(IsNamedParameters(), {
    optional: true,
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { name: 'Ann', order: 'A-17' },
    description: 'Of its body, where its placeholders have names: {{order}}. Instead of `parameters`.',
  })
  named_parameters?: Record<string, string>;

  @Nested(WhatsAppHeaderDto, {
    optional: true,
    description: 'What stands in its header, where that takes something.',
  })
  header?: WhatsAppHeaderDto;

  @Type(() => WhatsAppButtonDto)
  @Field([IsArray(), ArrayMaxSize(10), ValidateNested({ each: true })], {
    optional: true,
    type: [WhatsAppButtonDto],
    example: [{ type: 'url', value: 'A-17' }],
    description: 'What its buttons take. An authentication template has its code here once more, as `url`.',
  })
  buttons?: WhatsAppButtonDto[];
}
