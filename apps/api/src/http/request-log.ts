import { Logger } from '@nestjs/common';
import type { LogContext } from '@outbell/shared/logging/log-context.js';
import type { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Called when a request has been answered. @param seconds from its first byte to the answer's last */
export type RequestObserver = (method: string, route: string, status: number, seconds: number) => void;

/** Asked by machines every few seconds: one line each would bury the rest. */
const QUIET = /^\/(health|metrics)/;

/** Of an Idempotency-Key, so much is logged. */
const MAX_KEY = 255;

/** One line per request, and one observation. The route's pattern stands for the URL, which may hold ids and tokens. */
export function logRequests(fastify: FastifyInstance, observe: RequestObserver): void {
  const logger = new Logger('Request');
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    observe(request.method, route, status, reply.elapsedTime / 1000);
    const duration = Math.round(reply.elapsedTime * 10) / 10;
    const line = {
      ...request.logContext,
      ...named(request, route),
      method: request.method,
      route,
      status,
      duration_ms: duration,
    };
    if (QUIET.test(route)) logger.debug('request', line);
    else logger.log('request', line);
    done();
  });
}

/** The message and the Idempotency-Key that a request names: what a caller who asks for help has at hand. */
function named(
  { headers, params }: FastifyRequest,
  route: string,
): Pick<LogContext, 'messageId'> & { idempotencyKey?: string } {
  const key = headers['idempotency-key'];
  return {
    ...(route.startsWith('/v1/messages/:id') && { messageId: (params as { id: string }).id }),
    ...(typeof key === 'string' && { idempotencyKey: key.slice(0, MAX_KEY) }),
  };
}

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures how long requests take, by the route's pattern:
 * `outbell_http_request_duration_seconds{method,route,status}`.
 */
export function measureRequests(metrics: Metrics): RequestObserver {
  const durations = metrics.histogram(
    'http_request_duration_seconds',
    'Time from a request’s first byte to its answer’s last, in seconds.',
    ['method', 'route', 'status'],
    BUCKETS_SECONDS,
  );
  return (method, route, status, seconds) => durations.observe({ method, route, status }, seconds);
}
