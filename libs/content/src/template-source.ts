import { TEMPLATE_PARTS, type TemplatePart } from '@outbell/channels/channel-descriptor.js';

/** Source of a template: Handlebars, at most one text per part of a message. */
export interface TemplateSource {
  subject?: string | null | undefined;
  html?: string | null | undefined;
  text?: string | null | undefined;
  /** A missing variable renders as nothing instead of stopping the message. */
  lenient?: boolean | undefined;
}

export const PARTS = TEMPLATE_PARTS;
export type Part = TemplatePart;
