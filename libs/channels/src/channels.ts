import type { Channel } from '@outbell/shared/constants/channels.js';
import type { ChannelDescriptor, ContentField } from './channel-descriptor.js';
import { email, type EmailContent } from './email.js';
import { push, type PushContent } from './push.js';
import { sms, type SmsContent } from './sms.js';
import { voice, type VoiceContent } from './voice.js';
import { whatsapp, type WhatsAppContent } from './whatsapp.js';

/**
 * Inline content of a message, by the names that the API has for it; which fields a message has depends on its channel.
 */
export interface MessageContent extends EmailContent, SmsContent, WhatsAppContent, PushContent, VoiceContent {}
export type ContentName = keyof MessageContent;

const DESCRIPTORS = { email, sms, whatsapp, push, voice };

/** The channels by name. Each is asked only for fields that it carries. */
export const CHANNEL = DESCRIPTORS as Record<Channel, ChannelDescriptor<MessageContent>>;

const FIELDS = new Map<string, ContentField>(
  Object.values(CHANNEL).flatMap(({ content }) => Object.entries(content).map(([name, { field }]) => [name, field])),
);

/** Every field of content that some channel carries. */
export const CONTENT_NAMES = [...FIELDS.keys()] as ContentName[];

export function contentField(name: ContentName): ContentField {
  const field = FIELDS.get(name);
  if (!field) throw new Error(`no channel carries ${name}`);
  return field;
}

/** Tells whether a channel carries a field. */
export function carries(channel: Channel, name: ContentName): boolean {
  return Object.hasOwn(CHANNEL[channel].content, name);
}

/** Says what a field is on a channel that carries it. */
export function saidOf(channel: Channel, name: ContentName): string {
  const { content, longest } = CHANNEL[channel];
  return content[name].says ?? `to ${longest.toLocaleString('en-US')} characters`;
}

/** Copies the fields of content that are there. */
export function copyContent(from: MessageContent, to: MessageContent): void {
  const copy = to as Record<ContentName, unknown>;
  for (const name of CONTENT_NAMES) if (from[name] !== undefined) copy[name] = from[name];
}
