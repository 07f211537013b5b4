import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { canonical } from '@outbell/intake/canonical.js';
import type { KeyedRequest } from '@outbell/persistence/repositories/idempotency.repository.js';
import { NotFoundError } from '@outbell/shared/errors.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { firstValueFrom, from, type Observable } from 'rxjs';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import { FirstAnswers } from './first-answers.service.js';
import { idempotencyKeyOf } from './param.decorators.js';

const MADE = 'outbell:made';

type Shows = Record<string, (key: AuthenticatedKey, id: string) => Promise<unknown>>;

/** Notes the controller's method that shows what a handler has made. */
export function showsMade(method: string | undefined): MethodDecorator {
  return SetMetadata(MADE, method);
}

/** Gives a request with an `Idempotency-Key` the first answer under it; see `@Idempotent()`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly answers: FirstAnswers,
    private readonly modules: ModuleRef,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const idempotencyKey = idempotencyKeyOf(request);
    const { key } = request;
    if (idempotencyKey === undefined || !key) return next.handle();
    const made = Reflect.getMetadata(MADE, context.getHandler()) as string | undefined;
    const controller = made && this.modules.get<Shows>(context.getClass(), { strict: false });
    const asked = keyedRequest(request, key, idempotencyKey);
    const make = async (id: string, again: boolean) => {
      request.reservedId = id;
      const earlier = again && controller ? await shown(controller, made, key, id) : undefined;
      return earlier ?? firstValueFrom<unknown>(next.handle());
    };
    const answer = this.answers.answerFor(asked, make, made === undefined);
    return from(answer.then(({ body, repeated }) => tell(body, repeated, http.getResponse<FastifyReply>())));
  }
}

/** Shows what was made before its process died; undefined when it was not. */
async function shown(controller: Shows, made: string, key: AuthenticatedKey, id: string): Promise<unknown> {
  try {
    return await controller[made]?.(key, id);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function tell(body: unknown, repeated: boolean, reply: FastifyReply): unknown {
  if (repeated) reply.header('Idempotent-Replayed', 'true');
  return body;
}

/** A key of test mode must not answer for the same key of live mode. */
function keyedRequest(request: FastifyRequest, { tenantId, mode }: AuthenticatedKey, key: string): KeyedRequest {
  const { url, params, query } = { url: request.routeOptions.url, params: request.params, query: request.query };
  const asked = hash('sha256', canonical([url, params, query]) + bodyText(request.body));
  return { tenantId, key: hash('sha256', `${mode}:${key}`), request: asked };
}

/** Fields that hold JSON of the tenant's own, in which null is a value like any other. */
const FREE_JSON = new Set(['variables', 'metadata', 'attributes']);

/** The same for what is the same to a DTO: `null` of a field, of an item of a batch too, is as if it was left out. */
function bodyText(body: unknown): string {
  return Buffer.isBuffer(body) ? hash('sha256', body) : canonical(body, FREE_JSON);
}
