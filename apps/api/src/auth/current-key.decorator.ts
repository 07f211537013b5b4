import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AuthenticatedKey } from './authenticated-key.js';

/** Handler parameter: the key of the request, `@CurrentKey() key: AuthenticatedKey`. */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): AuthenticatedKey => {
  const { key } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!key) throw new Error('@CurrentKey() on a handler without @RequireScope()');
  return key;
});
