import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { IdempotencyInterceptor, showsMade } from './idempotency.interceptor.js';

/** What the documentation says of the header. */
export const KEY_HEADER = {
  name: 'Idempotency-Key',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'A repeat under the same key gets the first answer, whatever happened in between.',
};

/**
 * A handler that takes an `Idempotency-Key`: a repeat gets the first answer, another request under the key 422.
 * Requests without one cost nothing more.
 *
 * @param made the controller's method that shows what the handler has made under its `@NewId()`: `(key, id) => answer`.
 * None: the handler does no harm when it is run again, should a process have died before it answered.
 */
export function Idempotent(made?: string): MethodDecorator {
  return applyDecorators(showsMade(made), UseInterceptors(IdempotencyInterceptor), ApiHeader(KEY_HEADER));
}

/** A handler that refuses an `Idempotency-Key` rather than to ignore it. @param why and what to do instead */
export function RefusesIdempotencyKey(why: string): MethodDecorator {
  return UseInterceptors(new RefuseIdempotencyKey(why));
}

class RefuseIdempotencyKey implements NestInterceptor {
  constructor(private readonly why: string) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers['idempotency-key'] !== undefined) {
      throw InputError.forField('Idempotency-Key', this.why, 400, 'idempotency_key_refused');
    }
    return next.handle();
  }
}
