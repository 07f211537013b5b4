import { InputError } from '../errors.js';

/** Well above what vendors give out, and still short enough for an index of PostgreSQL (2,704 bytes a row), which it is found by. */
export const MAX_PUSH_TOKEN = 2_048;

const VISIBLE = new RegExp(`^[\\x21-\\x7e]{1,${MAX_PUSH_TOKEN}}$`);

/** A device's token, as its vendor gave it out; of a browser its subscription, as JSON without blanks. */
export function normalizePushToken(text: string, field: string): string {
  if (!VISIBLE.test(text))
    throw InputError.of(field, `must be a push token: 1 to ${MAX_PUSH_TOKEN} visible ASCII characters`);
  return text;
}
