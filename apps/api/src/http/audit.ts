import type { Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Problem } from './problem.js';

/**
 * One line, `audit: true`, for each request that was refused by key or scope, and for each id that is not the tenant's:
 * whoever walks through the ids of others is seen. The id itself is not logged, the route's pattern is.
 */
export function audit(logger: Logger, request: FastifyRequest, problem: Problem): void {
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
