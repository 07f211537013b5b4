import { ValidateBy } from 'class-validator';

const MAX_PARAMETERS = 50;
const NAME = /^[a-z0-9_]{1,64}$/;

/** What WhatsApp takes: no line breaks, no tabs, no more than four blanks in a row, at most 1,024 characters. */
const VALUE = /^(?!.* {5})[^\r\n\t]{1,1024}$/;

/** An object of texts by the names that a template of WhatsApp has for its places. */
export function IsNamedParameters(): PropertyDecorator {
  const message = `must be an object of 1 to ${MAX_PARAMETERS} texts (1 to 1024 characters, without line breaks, tabs and more than four blanks in a row) by names of lower-case letters, digits and underscores`;
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
    entries.every(([name, text]) => NAME.test(name) && typeof text === 'string' && VALUE.test(text))
  );
}
