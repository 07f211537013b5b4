import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { DtoShape } from './dto-shape.js';
import { fieldErrors } from './field-errors.js';

/** Checks every DTO: an unknown property is an error, and all errors come at once, each with its whole path. */
export class DtoValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: true, value: true },
      exceptionFactory: (errors) => new InputError(fieldErrors(errors)),
    });
  }

  /** A body in which nothing is wrong is done with at once; class-validator sees the others, and words what is wrong. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const shape = metadata.type === 'body' && metadata.metatype ? DtoShape.of(metadata.metatype) : null;
    return shape?.read(value) ?? ((await super.transform(value, metadata)) as unknown);
  }
}
