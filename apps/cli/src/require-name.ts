import { InputError } from '@outbell/shared/errors.js';

const LONGEST = 100;

/**
 * A name as it will be stored and shown.
 *
 * @throws {InputError}
 */
export function requireName(given: string): string {
  const name = given.trim();
  const fits = name !== '' && name.length <= LONGEST && name.isWellFormed() && !/\p{Cc}/u.test(name);
  if (!fits)
    throw InputError.of('name', `must be 1 to ${LONGEST} characters, without line breaks or other control characters`);
  return name;
}
