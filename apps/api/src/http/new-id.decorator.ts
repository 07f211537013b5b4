import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { newId } from '@outbell/shared/uuid.js';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of what a request with an `Idempotency-Key` makes: the same whenever it is tried again. */
    reservedId?: string;
  }
}

/** Handler parameter: the id of what the request makes. */
export const NewId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<FastifyRequest>().reservedId ?? newId(),
);
