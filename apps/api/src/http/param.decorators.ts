import { createParamDecorator, type ExecutionContext, Param, ParseUUIDPipe } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of what a request with an `Idempotency-Key` makes: the same whenever it is tried again. */
    reservedId?: string;
  }
}

const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

/** Handler parameter: the `:id` of the path, a UUID. */
export function IdParam(name = 'id'): ParameterDecorator {
  return Param(
    name,
    new ParseUUIDPipe({ exceptionFactory: () => InputError.forField(name, 'must be a UUID', 400, 'wrong_format') }),
  );
}

/** Handler parameter: the id of what the request makes. */
export const NewId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<FastifyRequest>().reservedId ?? newId(),
);

/** Handler parameter: the request's `Idempotency-Key`, if it has one. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** @throws {InputError} when it is of a form that is not taken */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !PRINTABLE.test(key)) {
    const text = 'must be 1 to 255 printable characters without spaces, such as a UUID';
    throw InputError.forField('Idempotency-Key', text, 400, 'wrong_format');
  }
  return key;
}
