import { isName, LONGEST_NAME, nameFault } from '@outbell/shared/name-rule.js';
import { ValidateBy, type ValidationArguments, type ValidationOptions } from 'class-validator';

/**
 * Takes what people call a thing (see `isName`), and composes it (Unicode NFC), so that one name is one text from
 * whatever keyboard it came.
 *
 * @param longest in characters
 */
export function IsName(longest = LONGEST_NAME, options?: ValidationOptions): PropertyDecorator {
  const validator = {
    validate: (value: unknown, asked?: ValidationArguments) => isName(composed(value, asked), longest),
    defaultMessage: () => nameFault(longest),
  };
  return ValidateBy({ name: 'isName', validator }, options);
}

/**
 * Writes the composed form where the value came from. While it is checked, for class-transformer would have to copy
 * every DTO for it.
 *
 * @returns what is no text as an empty one, which is no name
 */
export function composed(value: unknown, asked?: ValidationArguments): string {
  if (typeof value !== 'string') return '';
  const name = value.normalize('NFC');
  if (name !== value && asked) write(asked.object as Record<string, unknown>, asked.property, value, name);
  return name;
}

function write(object: Record<string, unknown>, property: string, value: string, name: string): void {
  const held = object[property];
  object[property] = Array.isArray(held) ? held.map((item: unknown) => (item === value ? name : item)) : name;
}
