import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import { allowAccess } from './handler-access.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which a key needs, asked for before the body is read. */
    scope?: Scope;
  }
}

/** Nest's metadata of a handler's `@RouteConfig()`. */
const ROUTE_CONFIG = '__fastify_route_config__';

/**
 * The one scope a key needs for this handler. A handler with neither this nor `@Public()` keeps the API from booting.
 */
export function RequireScope(scope: Scope): MethodDecorator {
  return applyDecorators(allowAccess(scope), ApiBearerAuth(), alsoConfigured({ scope }));
}

/** `@RouteConfig()` replaces what another one said; those below it in the code have spoken by now. */
function alsoConfigured(config: object): MethodDecorator {
  return (target, name, descriptor) => {
    const said = Reflect.getMetadata(ROUTE_CONFIG, descriptor.value as object) as object | undefined;
    RouteConfig({ ...said, ...config })(target, name, descriptor);
  };
}
