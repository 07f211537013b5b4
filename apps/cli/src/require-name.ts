import { InputError } from '@outbell/shared/errors.js';
import { isName, nameFault } from '@outbell/shared/name-rule.js';

/**
 * A name as it will be stored and shown: as the API has it, without the blanks of a command line around it.
 *
 * @throws {InputError}
 */
export function requireName(given: string): string {
  const name = given.trim().normalize('NFC');
  if (!isName(name)) throw InputError.forField('name', nameFault());
  return name;
}
