import type { Channel } from './constants/channels.js';
import type { WhatsAppTemplate } from './whatsapp-template.js';

interface TraitWords {
  /** Of a request, where it lies. */
  field: string;
  /** After "carries". */
  text: string;
}

/**
 * What of a message not every provider of its channel carries: known before it is rendered, and before a vendor is
 * asked.
 */
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

/** Describes what of a message decides about its traits. */
export interface Cargo {
  channel: Channel;
  recipient: string;
  senderAddress?: string | undefined;
  content: { text?: string | undefined; whatsapp_template?: WhatsAppTemplate | undefined } | null;
}

/** Shared, so that nothing is made per message. */
export const NO_TRAITS: Traits = [];
/** The longest text that every provider of WhatsApp takes, in characters. */
export const SHORT_WHATSAPP_TEXT = 1_600;

/** The first trait that stands in the way of a provider; null: it carries the message. */
export function obstructing(traits: Traits, cannotCarry: Traits): Trait | null {
  if (traits.length === 0 || cannotCarry.length === 0) return null;
  return traits.find((trait) => cannotCarry.includes(trait)) ?? null;
}
