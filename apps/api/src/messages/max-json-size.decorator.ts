import { ValidateBy } from 'class-validator';

/** An object whose JSON has at most so many characters. */
export function MaxJsonSize(characters: number): PropertyDecorator {
  return ValidateBy({
    name: 'maxJsonSize',
    validator: {
      validate: (value: unknown) => JSON.stringify(value ?? null).length <= characters,
      defaultMessage: () => `must not be longer than ${characters} characters of JSON`,
    },
  });
}
