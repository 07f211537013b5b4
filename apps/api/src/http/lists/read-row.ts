import type { Type } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DtoShape } from '../dto-shape.js';
import { fieldErrors } from '../field-errors.js';
import { STRICT } from '../read-dto.js';

/**
 * Checks what is no body of its own, as DtoValidationPipe checks bodies.
 *
 * @throws {InputError} naming every field that is wrong
 */
export function readRow<Dto extends object>(dto: Type<Dto>, values: object): Dto {
  const sound = DtoShape.of(dto)?.read(values);
  if (sound) return sound as Dto;
  const made = plainToInstance(dto, values);
  const errors = validateSync(made, STRICT);
  if (errors.length > 0) throw new InputError(fieldErrors(errors));
  return made;
}
