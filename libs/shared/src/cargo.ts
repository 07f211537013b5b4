import { isSubscription } from './addresses/push-token.js';
import type { Channel } from './constants/channels.js';
import { isContentSid, type WhatsAppTemplate } from './whatsapp-template.js';

interface TraitWords {
  /** Of a request, where it lies. */
  field: string;
  /** After "carries". */
  text: string;
}

/** What of a message not every provider of its channel carries: known before it is rendered, and before a vendor is asked. */
export const TRAITS = {
  browser_subscription: { field: 'to', text: 'pushes to browsers' },
  device_token: { field: 'to', text: 'pushes to the token of a device’s app' },
  named_template: { field: 'whatsapp_template.name', text: 'templates by their name at WhatsApp' },
  content_sid: { field: 'whatsapp_template.name', text: 'templates by their ContentSid at Twilio (HX…)' },
  template_components: { field: 'whatsapp_template', text: 'templates with a header or buttons that take something' },
  whatsapp_template: { field: 'whatsapp_template', text: 'templates of WhatsApp' },
  long_whatsapp_text: { field: 'text', text: 'WhatsApp texts of more than 1,600 characters' },
  sender_name_with_signs: { field: 'sender', text: 'sender names with anything but letters, digits and hyphens' },
} as const satisfies Record<string, TraitWords>;

export type Trait = keyof typeof TRAITS;

/** The traits of a message; nearly all have none. */
export type Traits = readonly Trait[];

/** What of a message decides about its traits. */
export interface Cargo {
  channel: Channel;
  recipient: string;
  senderAddress?: string | undefined;
  content: { text?: string | undefined; whatsapp_template?: WhatsAppTemplate | undefined } | null;
}

/** Shared, so that nothing is made per message. */
export const NO_TRAITS: Traits = [];
const BROWSER: Traits = ['browser_subscription'];
const DEVICE: Traits = ['device_token'];
const LONG_TEXT: Traits = ['long_whatsapp_text'];
const SENDER_WITH_SIGNS: Traits = ['sender_name_with_signs'];

/** The longest text that every provider of WhatsApp takes, in characters. */
export const SHORT_WHATSAPP_TEXT = 1_600;

/** Letters, digits and hyphens; a number has a plus before its digits. */
const PLAIN_SENDER = /^\+?[A-Za-z0-9-]*$/;

export function traitsOf({ channel, recipient, senderAddress, content }: Cargo): Traits {
  switch (channel) {
    case 'push':
      return isSubscription(recipient) ? BROWSER : DEVICE;
    case 'whatsapp':
      return whatsAppTraits(content);
    case 'sms':
      return senderAddress === undefined || PLAIN_SENDER.test(senderAddress) ? NO_TRAITS : SENDER_WITH_SIGNS;
    case 'email':
    case 'voice':
      return NO_TRAITS;
  }
}

function whatsAppTraits(content: Cargo['content']): Traits {
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

/** The first trait that stands in the way of a provider; null: it carries the message. */
export function obstructing(traits: Traits, cannotCarry: Traits): Trait | null {
  if (traits.length === 0 || cannotCarry.length === 0) return null;
  return traits.find((trait) => cannotCarry.includes(trait)) ?? null;
}
