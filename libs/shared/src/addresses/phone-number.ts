// The full metadata: the smaller sets cannot tell a premium-rate number from any other.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { InputError } from '../errors.js';

/**
 * A telephone number in E.164 (`+33612345678`). National spellings are refused: nobody can tell whose they are. So are numbers
 * that no numbering plan knows, and premium-rate numbers, to which a message costs its sender dearly.
 */
export function normalizePhone(text: string, field: string): string {
  const number = /^\+[1-9]\d{6,14}$/.test(text) ? parsePhoneNumberFromString(text) : undefined;
  if (!number)
    throw InputError.of(field, 'must be a telephone number in E.164: +, country code and number, without spaces');
  if (!number.isValid()) throw InputError.of(field, 'is not a number of any numbering plan');
  if (number.getType() === 'PREMIUM_RATE')
    throw InputError.of(field, 'is a premium-rate number', 400, 'premium_number');
  return number.number;
}
