import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import { type FieldError, InputError } from '@outbell/shared/errors.js';
import { DtoShape } from './dto-shape.js';

/** Checks every DTO: an unknown property is an error, and all errors come at once, each with its whole path. */
export class DtoValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InputError(fieldErrors(errors)),
    });
  }

  /** A body in which nothing is wrong is done with at once; class-validator sees the others, and words what is wrong. */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const shape = metadata.type === 'body' && metadata.metatype ? DtoShape.of(metadata.metatype) : null;
    return shape?.read(value) ?? ((await super.transform(value, metadata)) as unknown);
  }
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
