import { isSubscription } from '@outbell/shared/addresses/push-token.js';
import type { Traits } from '@outbell/shared/cargo.js';
import { ValidateBy } from 'class-validator';
import type { ChannelDescriptor, ContentField } from './channel-descriptor.js';
import { SUBJECT, TEXT } from './content-fields.js';

export interface PushContent {
  /** Its title. */
  subject?: string | undefined;
  text?: string | undefined;
  /** For the app that gets it. */
  data?: Record<string, string> | undefined;
}

const APP = /^[a-z0-9._-]{1,100}$/;

/** Of FCM's 4,096 bytes the title, the text and the envelope need the rest. */
const MAX_DATA_BYTES = 3_072;

/** What FCM keeps for itself. */
const RESERVED = /^(|from|message_type|collapse_key|(google|gcm).*)$/;

const DATA: ContentField = {
  rules: [
    ValidateBy({
      name: 'isPushData',
      validator: {
        validate: isPushData,
        defaultMessage: () =>
          `must be an object of texts, of at most ${MAX_DATA_BYTES} bytes of JSON, with no key that is empty or ` +
          'reserved (from, message_type, collapse_key, google…, gcm…)',
      },
    }),
  ],
  example: { order_id: 'A-17' },
  schema: { type: 'object', additionalProperties: { type: 'string' } },
  besideTemplate: true,
};

const BROWSER: Traits = ['browser_subscription'];
const DEVICE: Traits = ['device_token'];

export const push: ChannelDescriptor<PushContent> = {
  label: 'Push',
  address: 'push_token',
  // The vendor's account is the sender: its address is the name that the tenant has for its app.
  sender: {
    matches: (text) => APP.test(text),
    fault: 'must be the name of an app: 1 to 100 lower-case letters, digits, dots, hyphens or underscores',
  },
  content: {
    subject: { field: SUBJECT, says: 'its title' },
    text: { field: TEXT },
    data: { field: DATA, says: 'texts for the app, inline or beside a template. At most 3 KB of JSON' },
  },
  needs: [['text']],
  longest: 4_096,
  template: { carries: ['subject', 'text'], needs: [['text']] },
  traits: ({ recipient }) => (isSubscription(recipient) ? BROWSER : DEVICE),
};

function isPushData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return (
    Object.entries(value).every(([key, text]) => typeof text === 'string' && !RESERVED.test(key)) &&
    Buffer.byteLength(JSON.stringify(value)) <= MAX_DATA_BYTES
  );
}
