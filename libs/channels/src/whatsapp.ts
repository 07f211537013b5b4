import { type Cargo, NO_TRAITS, SHORT_WHATSAPP_TEXT, type Trait, type Traits } from '@outbell/shared/cargo.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { isContentSid, type WhatsAppTemplate } from '@outbell/shared/whatsapp-template.js';
import { IsObject } from 'class-validator';
import { E164 } from './address-kinds.js';
import type { ChannelDescriptor, ContentField } from './channel-descriptor.js';
import { TEXT } from './content-fields.js';
import { whatsAppTemplateFaults } from './whatsapp-template-faults.js';

export interface WhatsAppContent {
  text?: string | undefined;
  /** One that WhatsApp has approved. */
  whatsapp_template?: WhatsAppTemplate | undefined;
}

const TEMPLATE: ContentField = { rules: [IsObject()] };

const LONG_TEXT: Traits = ['long_whatsapp_text'];

export const whatsapp: ChannelDescriptor<WhatsAppContent> = {
  label: 'WhatsApp',
  address: 'phone',
  sender: { matches: (text) => E164.test(text), fault: 'must be a telephone number in E.164' },
  content: {
    text: { field: TEXT },
    whatsapp_template: {
      field: TEMPLATE,
      says: 'instead of `text`, what a business may begin a conversation with',
    },
  },
  needs: [['text', 'whatsapp_template']],
  longest: 4_096,
  template: { carries: ['text'], needs: [['text']] },
  traits,
  faults,
};

function traits({ content }: Cargo): Traits {
  const { text = '', whatsapp_template: template } = content ?? {};
  if (!template) {
    // Surrogate pairs count once.
    const isShort = text.length <= SHORT_WHATSAPP_TEXT || Array.from(text).length <= SHORT_WHATSAPP_TEXT;
    return isShort ? NO_TRAITS : LONG_TEXT;
  }
  const { name, header, buttons = [] } = template;
  const kind: Trait = isContentSid(name) ? 'content_sid' : 'named_template';
  const components: Traits = header || buttons.length > 0 ? ['template_components'] : [];
  return [kind, ...components, 'whatsapp_template'];
}

function faults(
  { text, whatsapp_template: template }: WhatsAppContent,
  isOutside: (host: string) => boolean,
): FieldError[] {
  if (!template) return [];
  const message = 'is given by whatsapp_template; leave one of the two out';
  const both: FieldError[] = text ? [{ field: 'text', message, code: 'not_allowed' }] : [];
  return [...both, ...whatsAppTemplateFaults(template, isOutside)];
}
