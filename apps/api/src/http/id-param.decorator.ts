import { Param, ParseUUIDPipe } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';

/** Handler parameter: the `:id` of the path, a UUID. */
export function IdParam(name = 'id'): ParameterDecorator {
  return Param(
    name,
    new ParseUUIDPipe({ exceptionFactory: () => InputError.forField(name, 'must be a UUID', 400, 'wrong_format') }),
  );
}
