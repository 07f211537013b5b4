import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import { withLogContext } from '@outbell/shared/logging/log-context.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KnownRoutes } from './known-routes.js';
import { type Problem, toProblem } from './problem.js';
import { TooManyRequests } from './too-many-requests.js';

/** When to ask again while something is away, in seconds. */
const RETRY_AFTER_S = 5;

/**
 * Answers every error, of Fastify's as of Nest's, as problem JSON; logs what is ours to mend and what looks like a
 * trespass.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly routes: KnownRoutes,
    private readonly publicUrl: string,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // Thrown by the router: a handler's own 404 was routed.
    const exception =
      request.is404 && thrown instanceof NotFoundException ? this.routes.refuse(request, reply) : thrown;
    const problem = toProblem(exception, request.id, this.publicUrl);
    withLogContext(request.logContext, () => this.log(exception, problem, request));
    if (reply.sent) return;
    if (exception instanceof TooManyRequests) reply.headers(exception.headers);
    if (problem.status === 503 || problem.code === 'request_under_way') reply.header('retry-after', RETRY_AFTER_S);
    void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private log(exception: unknown, problem: Problem, request: FastifyRequest): void {
    if (problem.status >= 500) this.logger.error('request failed', exception);
    else audit(this.logger, request, problem);
  }
}

/**
 * Writes one line, `audit: true`, for each request that was refused by key or scope, and for each id that is not the
 * tenant's: whoever walks through the ids of others is seen. Not the id itself is logged but the route's pattern.
 */
function audit(logger: Logger, request: FastifyRequest, problem: Problem): void {
  const route = request.routeOptions.url;
  const foreignId = problem.status === 404 && request.key !== undefined && route !== undefined;
  if (!foreignId && ![401, 403, 429].includes(problem.status)) return;
  logger.warn('refused', {
    audit: true,
    status: problem.status,
    method: request.method,
    route,
    ip: request.ip,
    keyPrefix: request.key?.prefix,
    ...(!foreignId && { detail: problem.detail }),
  });
}
