import type { Type } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DtoShape } from './dto-shape.js';
import { fieldErrors } from './field-errors.js';

/**
 * Checks what is no body of its own, as DtoValidationPipe checks bodies.
 *
 * @throws {InputError} naming every field that is wrong
 */
export function readDto<Dto extends object>(dto: Type<Dto>, values: object): Dto {
  const sound = DtoShape.of(dto)?.read(values);
  if (sound) return sound as Dto;
  const made = plainToInstance(dto, values);
  const errors = validateSync(made, {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: true, value: true },
  });
  if (errors.length > 0) throw new InputError(fieldErrors(errors));
  return made;
}
