import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import { allowAccess } from './handler-access.js';

/** The one scope a key needs for this handler. A handler with neither this nor `@Public()` keeps the API from booting. */
export function RequireScope(scope: Scope): MethodDecorator {
  return applyDecorators(allowAccess(scope), ApiBearerAuth());
}
