import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Readable } from 'node:stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route takes any body, as the bytes it came in, up to so many of them (`@RouteConfig({ rawBody: 1_048_576
     * })`): it is not parsed before its handler knows who sent it.
     */
    rawBody?: number;
  }
}

/** What anybody may send without a key, in bytes: the form of an unsubscribe link is a few dozen. */
export const KEYLESS_BODY = 4_096;

/**
 * How much of a body is read. BODY_LIMIT is for routes under /v1, where a request without a key is answered before its
 * body is read; other routes take what they say themselves, or KEYLESS_BODY, and of a route that does not exist nothing
 * is read.
 */
export function limitBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', limitRoute);
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    done(null, request.is404 ? unread(request) : payload);
  });
}

function limitRoute(route: RouteOptions): void {
  const own = route.config?.rawBody;
  if (own !== undefined) route.bodyLimit = own;
  else if (!route.url.startsWith('/v1/')) route.bodyLimit = KEYLESS_BODY;
}

/**
 * Gives Fastify nothing to read in the place of the body. Node throws the body away as it comes, once the answer is
 * sent.
 */
function unread(request: FastifyRequest): Readable {
  const nothing = Readable.from([], { objectMode: false });
  // By this Fastify compares what it read with what was announced.
  return Object.assign(nothing, { receivedEncodedLength: Number(request.headers['content-length'] ?? 0) });
}
