import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyRequest } from 'fastify';

const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

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
