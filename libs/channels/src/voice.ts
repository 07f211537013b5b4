import { NO_TRAITS } from '@outbell/shared/cargo.js';
import { Matches } from 'class-validator';
import { E164 } from './address-kinds.js';
import type { ChannelDescriptor, ContentField } from './channel-descriptor.js';

/** Vendors play recordings: what a message says is the token of one. */
export interface VoiceContent {
  audio?: string | undefined;
}

const TOKEN = /^[\x21-\x7e]{1,200}$/;
const AUDIO: ContentField = {
  rules: [Matches(TOKEN, { message: 'must be 1 to 200 visible ASCII characters' })],
  example: 'a1b2c3',
};

export const voice: ChannelDescriptor<VoiceContent> = {
  label: 'Voice',
  address: 'phone',
  sender: { matches: (text) => E164.test(text), fault: 'must be a telephone number in E.164' },
  content: { audio: { field: AUDIO, says: 'the vendor’s token of a recording' } },
  needs: [['audio']],
  longest: 200,
  template: { carries: ['text'], needs: [['text']] },
  traits: () => NO_TRAITS,
};

/** Tells whether a text is a recording's token: a template's text has to render to one. */
export function isRecording(text: string): boolean {
  return TOKEN.test(text);
}
