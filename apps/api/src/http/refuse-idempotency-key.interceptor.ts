import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

export class RefuseIdempotencyKey implements NestInterceptor {
  constructor(private readonly why: string) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers['idempotency-key'] !== undefined) {
      throw InputError.forField('Idempotency-Key', this.why, 400, 'idempotency_key_refused');
    }
    return next.handle();
  }
}
