import { type FieldError, InputError } from '@outbell/shared/errors.js';
import { validate, type ValidationError, type ValidatorOptions } from 'class-validator';
import type { DtoShape } from './dto-shape.js';

/** An unknown property is an error. */
export const STRICT = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
} satisfies ValidatorOptions;

/**
 * A value as its DTO: a value in which nothing is wrong is done with at once, class-validator sees the others, and words what is wrong.
 *
 * @param value as JSON.parse made it; nothing for an empty body
 * @throws {InputError} with all that is wrong
 */
export async function readDto(shape: DtoShape, value: unknown): Promise<object> {
  const given = value ?? {};
  const read = shape.read(given);
  if (read) return read;
  if (typeof given !== 'object' || Array.isArray(given)) throw InputError.of('body', 'must be a JSON object: {…}');
  const filled = shape.fill(given);
  const errors = await validate(filled, STRICT);
  if (errors.length > 0) throw new InputError(fieldErrors(errors));
  return filled;
}

/** class-validator's tree as a list: `{ field: 'messages.3.to', message: 'must be an email' }`. */
export function fieldErrors(errors: ValidationError[], parents: string[] = []): FieldError[] {
  return errors.flatMap((error) => {
    const path = [...parents, error.property];
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      field: path.join('.'),
      message: rule === 'whitelistValidation' ? 'is not a known property' : withoutName(message, error.property),
    }));
    return [...own, ...fieldErrors(error.children ?? [], path)];
  });
}

/** `to must be an email` → `must be an email`: the field is named beside it. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
