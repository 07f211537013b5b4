import { NO_TRAITS, type Traits } from '@outbell/shared/cargo.js';
import { E164 } from './address-kinds.js';
import type { ChannelDescriptor } from './channel-descriptor.js';
import { TEXT } from './content-fields.js';

export interface SmsContent {
  text?: string | undefined;
}

/** A number that a country's networks know, of 3 to 8 digits: `72345`. */
const SHORT_CODE = /^\d{3,8}$/;

/**
 * Of GSM: 11 characters, as vendors take them, and with a letter, so that nobody takes it for a number. Spaces only
 * within.
 */
const NAME = /^(?! )(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}(?<! )$/;

/** Letters, digits and hyphens; a number has a plus before its digits. */
const PLAIN_SENDER = /^\+?[A-Za-z0-9-]*$/;
const SENDER_WITH_SIGNS: Traits = ['sender_name_with_signs'];

export const sms: ChannelDescriptor<SmsContent> = {
  label: 'SMS',
  address: 'phone',
  // The case of a name is kept.
  sender: {
    matches: (text) => E164.test(text) || SHORT_CODE.test(text) || NAME.test(text),
    fault:
      'must be a telephone number in E.164, a short code of 3 to 8 digits, or a name of 1 to 11 letters, digits, ' +
      'spaces, - + _ & with a letter',
  },
  content: { text: { field: TEXT } },
  needs: [['text']],
  longest: 1_600,
  template: { carries: ['text'], needs: [['text']] },
  traits: ({ senderAddress }) =>
    senderAddress === undefined || PLAIN_SENDER.test(senderAddress) ? NO_TRAITS : SENDER_WITH_SIGNS,
};
