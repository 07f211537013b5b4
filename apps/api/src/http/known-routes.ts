import { type HttpException, MethodNotAllowedException, NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface KnownRoute {
  path: RegExp;
  methods: Set<string>;
}

/** The paths the API serves, and by which methods: tells whoever found no route what is wrong with the request. */
export class KnownRoutes {
  private readonly routes = new Map<string, KnownRoute>();

  /** @param fastify that has no routes yet */
  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ url, method }) => {
      const route = this.routes.get(url) ?? { path: pathOf(url), methods: new Set() };
      for (const each of [method].flat()) route.methods.add(each);
      this.routes.set(url, route);
    });
  }

  /** @returns 405 with the header `Allow` for a path that is served by other methods, else 404 */
  refuse(request: FastifyRequest, reply: FastifyReply): HttpException {
    const { method } = request;
    const path = request.originalUrl.split(/[?#]/, 1)[0] ?? '';
    const allowed = [...this.routes.values()].filter((route) => route.path.test(path));
    if (allowed.length === 0) return new NotFoundException(`There is no ${path} here.`, { errorCode: 'unknown_route' });
    const allow = [...new Set(allowed.flatMap(({ methods }) => [...methods]))].sort().join(', ');
    reply.header('allow', allow);
    const text = `${path} does not take ${method}; it takes ${allow}.`;
    return new MethodNotAllowedException(text, { errorCode: 'method_not_allowed' });
  }
}

/** `/v1/messages/:id` matches one segment where a parameter is, and a `*` the rest. */
function pathOf(url: string): RegExp {
  const pattern = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${pattern}$`);
}
