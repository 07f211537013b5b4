// The full metadata: the smaller sets cannot tell a premium-rate number from any other.
import { AsYouType, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { InputError } from '../errors.js';

const E164 = /^\+[1-9]\d{6,14}$/;

/** Mexican mobiles as WhatsApp and many address books still write them: with a 1 that the plan gave up in 2019. */
const MEXICAN_MOBILE = /^\+521[2-9]\d{9}$/;

/**
 * A telephone number in E.164 (`+33612345678`). National spellings are refused: nobody can tell whose they are. So are
 * numbers of a length that their country does not have, and premium-rate numbers, to which a message costs its sender
 * dearly. Whether a number is in use is the vendor's to say: plans change faster than what is known of them here, so
 * that ranges that are not known are taken; but not a country code that is assigned to nobody.
 */
export function normalizePhone(text: string, field: string): string {
  if (!E164.test(text))
    throw InputError.forField(field, 'must be a telephone number in E.164: +, country code and number, without spaces');
  const number = parsePhoneNumberFromString(text);
  if (number === undefined && !hasCallingCode(text))
    throw InputError.forField(field, 'begins with no country calling code that exists', 400, 'invalid_address');
  if (number === undefined || MEXICAN_MOBILE.test(text)) return text;
  if (!number.isPossible())
    throw InputError.forField(field, 'has too few or too many digits for a number of its country');
  if (number.getType() === 'PREMIUM_RATE')
    throw InputError.forField(field, 'is a premium-rate number', 400, 'premium_number');
  // A spelling that is not known is left alone.
  return number.isValid() ? number.number : text;
}

function hasCallingCode(text: string): boolean {
  const typed = new AsYouType();
  typed.input(text);
  return typed.getCallingCode() !== undefined;
}
