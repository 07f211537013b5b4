import { InputError } from '../errors.js';

/** A device's token, as its vendor gave it out. */
export function normalizePushToken(text: string, field: string): string {
  if (!/^[\x21-\x7e]{1,4096}$/.test(text))
    throw InputError.of(field, 'must be a push token: 1 to 4096 visible ASCII characters');
  return text;
}
