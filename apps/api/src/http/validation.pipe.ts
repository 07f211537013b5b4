import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { DtoShape } from './dto-shape.js';
import { fieldErrors } from './field-errors.js';
import { readDto, STRICT } from './read-dto.js';

/** Checks every DTO: all errors come at once, each with its whole path. */
@Injectable()
export class DtoValidationPipe extends ValidationPipe {
  constructor() {
    super({ ...STRICT, transform: true, exceptionFactory: (errors) => new InputError(fieldErrors(errors)) });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    const shape = type === 'body' && metatype ? DtoShape.fromDto(metatype) : null;
    return shape ? readDto(shape, value) : ((await super.transform(value, metadata)) as unknown);
  }
}
