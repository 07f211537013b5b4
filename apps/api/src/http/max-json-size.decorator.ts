import { isLongerThan } from '@outbell/shared/characters.js';
import { ValidateBy } from 'class-validator';

/** An object whose JSON has at most so many characters. */
export function MaxJsonSize(characters: number): PropertyDecorator {
  return ValidateBy({
    name: 'maxJsonSize',
    validator: {
      validate: (value: unknown) =>
        leftAfter(value, characters) >= 0 || !isLongerThan(JSON.stringify(value ?? null), characters),
      defaultMessage: () => `must not be longer than ${characters} characters of JSON`,
    },
  });
}

/** A number of 64 bits has no more, nor have `true`, `false` and `null`. */
const LONGEST_NUMBER = 25;
/** `\u0000`, if each character of a text had to be escaped. */
const LONGEST_CHARACTER = 6;

/**
 * What a value leaves of so many characters at worst; less than 0: perhaps nothing. Most are far from their limit: no
 * JSON is made of them.
 */
function leftAfter(value: unknown, characters: number): number {
  if (typeof value === 'string') return characters - LONGEST_CHARACTER * value.length - 3;
  if (typeof value !== 'object' || value === null) return characters - LONGEST_NUMBER;
  let left = characters - 3;
  for (const key of Object.keys(value)) {
    if (left < 0) return left;
    left = leftAfter((value as Record<string, unknown>)[key], left - LONGEST_CHARACTER * key.length - 4);
  }
  return left;
}
