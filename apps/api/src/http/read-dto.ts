import type { Type } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { validateSync, type ValidatorOptions } from 'class-validator';
import { DtoShape } from './dto-shape.js';
import { fieldErrors } from './field-errors.js';

/** An unknown property is an error. */
export const STRICT = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  // What was given helps to word what is wrong with it.
  validationError: { target: true, value: true },
} satisfies ValidatorOptions;

/**
 * A value as its DTO: a value in which nothing is wrong is done with at once, class-validator sees the others, and
 * words what is wrong.
 *
 * @param value as JSON.parse made it; nothing for an empty body
 * @param mostErrors that are told; default: as many as of any body. With none, what is surely wrong is refused without
 * the words, for a tenth of the time
 * @throws {InputError} with what is wrong
 */
export function readDto(shape: DtoShape, value: unknown, mostErrors?: number): object {
  const given = value ?? {};
  const read = shape.read(given);
  if (read) return read;
  if (typeof given !== 'object' || Array.isArray(given))
    throw InputError.forField('body', 'must be a JSON object: {…}', 400, 'wrong_type');
  if (mostErrors === 0 && shape.isWrong(given)) throw new InputError([]);
  const filled = shape.fill(given);
  const errors = validateSync(filled, STRICT);
  if (errors.length > 0) throw new InputError(fieldErrors(errors, mostErrors));
  return filled;
}

/**
 * As `readDto`, for what is no body of its own: an item of a batch, a row of a list. @throws {InputError} with what is
 * wrong
 */
export function readAs<Dto extends object>(dto: Type<Dto>, value: object, mostErrors?: number): Dto {
  const shape = DtoShape.fromDto(dto);
  if (!shape) throw new Error(`a decorator of ${dto.name} is not known to DtoShape`);
  return readDto(shape, value, mostErrors) as Dto;
}
