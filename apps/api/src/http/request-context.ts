import type { LogContext } from '@outbell/shared/logging/log-context.js';
import { withLogContext } from '@outbell/shared/logging/log-context.js';
import { newId } from '@outbell/shared/uuid.js';
import type { FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage } from 'node:http';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ids on every log line of this request; authentication adds the tenant. */
    logContext: LogContext;
  }
}

const SANE = /^[\w.:-]{8,128}$/;

/** The caller's `X-Request-Id` when it is sane (it ends up in logs), else a new id. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : newId();
}

/** Gives each request its id, in the answer's header and on its log lines. */
export function keepRequestContext(fastify: FastifyInstance<RawServerDefault>): void {
  fastify.decorateRequest('logContext');
  fastify.addHook('onRequest', (request, reply, done) => {
    request.logContext = { requestId: request.id };
    reply.header('x-request-id', request.id);
    done();
  });
  // Not earlier: reading the body leaves the async context (its events belong to the socket), and by now the tenant is
  // known.
  fastify.addHook('preValidation', (request, _reply, done) => withLogContext(request.logContext, done));
}
