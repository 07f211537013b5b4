import type { Type } from '@nestjs/common';
import { ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { CONTENT_NAMES, contentField, type ContentName, type MessageContent } from '@outbell/channels/channels.js';
import { describeField } from '@outbell/channels/described.js';
import { Type as Nested } from 'class-transformer';
import { IsOptional, ValidateNested } from 'class-validator';
import { WhatsAppTemplateDto } from './whatsapp-template.dto.js';

/** Fields that are objects with fields of their own. */
const NESTED: Partial<Record<ContentName, Type>> = { whatsapp_template: WhatsAppTemplateDto };

/** Adds the fields of content that the channels carry (libs/channels) to a DTO, with their checks and descriptions. */
export function withContent<Base extends object>(base: Type<Base>): Type<Base & MessageContent> {
  abstract class Content extends (base as Type) {}
  for (const name of CONTENT_NAMES) for (const decorate of decorators(name)) decorate(Content.prototype, name);
  return Content as unknown as Type<Base & MessageContent>;
}

function decorators(name: ContentName): PropertyDecorator[] {
  const { rules, example, schema } = contentField(name);
  const nested = NESTED[name];
  const options = {
    ...(example !== undefined && { example }),
    ...(schema ?? { type: nested ?? String }),
    description: describeField(name),
  } as ApiPropertyOptions;
  const inner = nested ? [ValidateNested(), Nested(() => nested)] : [];
  return [ApiPropertyOptional(options), IsOptional(), ...rules, ...inner];
}
