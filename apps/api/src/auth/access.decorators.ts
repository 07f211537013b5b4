import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Scope } from '@outbell/shared/constants/scopes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which a key needs, asked for before the body is read. */
    scope?: Scope;
  }
}

/** Who may call a handler: a key of that scope, or everybody. */
export type Access = Scope | 'public';

const ACCESS = 'outbell:access';
const OPEN_TO_TEST_KEYS = 'outbell:open-to-test-keys';
/** Nest's metadata of a handler's `@RouteConfig()`. */
const ROUTE_CONFIG = '__fastify_route_config__';

/**
 * Names the one scope a key needs for this handler. A handler with neither this nor `@Public()` keeps the API from
 * booting.
 */
export function RequireScope(scope: Scope): MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS, scope), ApiBearerAuth(), alsoConfigured({ scope }));
}

/** Lets a handler answer without an API key: probes, metrics, unsubscribe links. Not allowed under /v1. */
export function Public(): MethodDecorator {
  return SetMetadata(ACCESS, 'public' satisfies Access);
}

/**
 * Lets keys of test mode call a handler. Without it a handler is closed to them: what it does or shows is live. One
 * that has it keeps them to test messages, test keys and what describes the account.
 */
export function OpenToTestKeys(): MethodDecorator {
  return SetMetadata(OPEN_TO_TEST_KEYS, true);
}

/** Reads what the handler declares; undefined: nothing, so it is closed. */
export function accessOf(handler: object): Access | undefined {
  return Reflect.getMetadata(ACCESS, handler) as Access | undefined;
}

export function isOpenToTestKeys(handler: object): boolean {
  return Reflect.hasMetadata(OPEN_TO_TEST_KEYS, handler);
}

/** `@RouteConfig()` replaces what another one said; those below it in the code have spoken by now. */
function alsoConfigured(config: object): MethodDecorator {
  return (target, name, descriptor) => {
    const said = Reflect.getMetadata(ROUTE_CONFIG, descriptor.value as object) as object | undefined;
    RouteConfig({ ...said, ...config })(target, name, descriptor);
  };
}
