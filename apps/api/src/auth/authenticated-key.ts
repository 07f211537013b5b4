import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { KeyMode } from '@outbell/shared/api-key.js';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import type { FastifyRequest } from 'fastify';

/** Who asks: the API key a request came with. Every query of the request is made for its `tenantId`. */
export interface AuthenticatedKey {
  keyId: string;
  tenantId: string;
  /** The public half of the key, for audit lines. */
  prefix: string;
  mode: KeyMode;
  scopes: readonly Scope[];
  /** Requests it may make, as `600/min`; empty: what API_RATE_LIMIT says. */
  rateLimit: string;
  /** Null: it does not end by itself. */
  expiresAt: Date | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, on every route under /v1. */
    key?: AuthenticatedKey;
  }
}

/** Handler parameter: the key of the request, `@CurrentKey() key: AuthenticatedKey`. */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): AuthenticatedKey => {
  const { key } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!key) throw new Error('@CurrentKey() on a handler without @RequireScope()');
  return key;
});
