import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Scope } from '@outbell/shared/constants/scopes.js';

export const ScopeOfHandler = Reflector.createDecorator<Scope>();

/** The one scope a key needs for this handler. A handler with neither this nor `@Public()` keeps the API from booting. */
export function RequireScope(scope: Scope): MethodDecorator {
  return applyDecorators(ScopeOfHandler(scope), ApiBearerAuth());
}
