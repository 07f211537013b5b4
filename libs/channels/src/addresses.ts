import { normalizeEmail } from '@outbell/shared/addresses/email-address.js';
import { normalizePhone } from '@outbell/shared/addresses/phone-number.js';
import { normalizePushToken } from '@outbell/shared/addresses/push-token.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import type { AddressKind } from './address-kinds.js';
import { CHANNEL } from './channels.js';

/** Throws InputError for `field` when the text is not one address. */
type Normalize = (text: string, field: string) => string;

// Not in the descriptors: numbering plans are 13 MB, which only those who read addresses load.
const NORMALIZE: Record<AddressKind, Normalize> = {
  email: normalizeEmail,
  phone: normalizePhone,
  push_token: normalizePushToken,
};

/**
 * Brings an address into the one form in which it is stored, sent to and compared: two spellings of one address are one
 * suppression.
 *
 * @param field what an error names, as `to` or `messages.3.to`
 * @throws {InputError} that says what is wrong, without repeating the address
 */
export function normalizeAddress(channel: Channel, text: string, field = 'address'): string {
  return asAddress(() => NORMALIZE[CHANNEL[channel].address](text, field));
}

/**
 * Brings a sender's address into the one form in which it is stored, as its channel says.
 *
 * @throws {InputError} naming `field`
 */
export function normalizeSender(channel: Channel, text: string, field = 'address'): string {
  const { sender } = CHANNEL[channel];
  return asAddress(() => {
    if (typeof sender === 'string') return NORMALIZE[sender](text, field);
    if (!sender.matches(text)) throw InputError.forField(field, sender.fault);
    return text;
  });
}

/** Gives each fault of an address the code `invalid_address`, where it has none of its own. @throws {InputError} */
export function asAddress<T>(normalize: () => T): T {
  try {
    return normalize();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.errors.map((fault) => ({ code: 'invalid_address', ...fault })));
  }
}
