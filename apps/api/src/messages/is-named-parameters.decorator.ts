import { isLongerThan } from '@outbell/shared/characters.js';
import { ValidateBy } from 'class-validator';

/** What WhatsApp refuses in a parameter: line breaks, tabs, more than four blanks in a row. */
export const PARAMETER = /^(?!.* {5})[^\r\n\t]*$/;

/** The longest, in characters. */
export const LONGEST_PARAMETER = 1_024;

const MAX_PARAMETERS = 50;
const NAME = /^[a-z0-9_]{1,64}$/;

/** An object of texts by the names that a template of WhatsApp has for its places. */
export function IsNamedParameters(): PropertyDecorator {
  const message =
    `must be an object of 1 to ${MAX_PARAMETERS} texts (1 to 1024 characters, without line breaks, ` +
    'tabs and more than four blanks in a row) by names of lower-case letters, digits and underscores';
  return ValidateBy({
    name: 'isNamedParameters',
    validator: { validate: isNamedParameters, defaultMessage: () => message },
  });
}

function isNamedParameters(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length > 0 &&
    entries.length <= MAX_PARAMETERS &&
    entries.every(([name, text]) => NAME.test(name) && isParameter(text))
  );
}

function isParameter(text: unknown): boolean {
  return typeof text === 'string' && text !== '' && PARAMETER.test(text) && !isLongerThan(text, LONGEST_PARAMETER);
}
