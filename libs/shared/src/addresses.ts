import { normalizeEmail } from './addresses/email-address.js';
import { normalizePhone } from './addresses/phone-number.js';
import { normalizePushToken } from './addresses/push-token.js';
import type { Channel } from './constants/channels.js';
import { InputError } from './errors.js';

/** Throws InputError for `field` when the text is not one address. */
type Normalize = (text: string, field: string) => string;

const NORMALIZE: Record<Channel, Normalize> = {
  email: normalizeEmail,
  sms: normalizePhone,
  whatsapp: normalizePhone,
  voice: normalizePhone,
  push: normalizePushToken,
};

/**
 * The one form in which an address is stored, sent to and compared: two spellings of one address are one suppression.
 *
 * @param field what an error names, as `to` or `messages.3.to`
 * @throws {InputError} that says what is wrong, without repeating the address
 */
export function normalizeAddress(channel: Channel, text: string, field = 'address'): string {
  return asAddress(() => NORMALIZE[channel](text, field));
}

/** What is wrong with an address has a code, whatever it is. @throws {InputError} */
export function asAddress<T>(normalize: () => T): T {
  try {
    return normalize();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.errors.map((fault) => ({ code: 'invalid_address', ...fault })));
  }
}
