import { isName, LONGEST_NAME, nameFault } from '@outbell/shared/name-rule.js';
import { ValidateBy, type ValidationOptions } from 'class-validator';

/** What people call a thing: see `isName`. @param longest in characters */
export function IsName(longest = LONGEST_NAME, options?: ValidationOptions): PropertyDecorator {
  const validator = {
    validate: (value: unknown) => typeof value === 'string' && isName(value, longest),
    defaultMessage: () => nameFault(longest),
  };
  return ValidateBy({ name: 'isName', validator }, options);
}
