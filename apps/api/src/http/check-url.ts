import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkJson } from './check-json.js';

/** Parameters of path and query reach the same tables as bodies: the same texts are refused. */
export function checkUrls(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    try {
      checkJson(request.params);
      checkJson(request.query);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
