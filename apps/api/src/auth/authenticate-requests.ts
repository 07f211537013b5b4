import { UnauthorizedException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from './authenticator.service.js';
import { checkScope } from './scope.guard.js';
import type { KeyFailures } from './key-failures.service.js';
import type { KeyLimiter } from './key-limiter.service.js';

const KEY_PARAMETERS = ['api_key', 'apikey', 'key', 'token', 'access_token'];

/**
 * Every route under /v1 needs a key, and the scope of its handler, both asked for before its body is read: nobody
 * without them makes us parse ten megabytes. What the key may do is asked again by the ScopeGuard of the handler.
 */
export function authenticateRequests(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  failures: KeyFailures,
  requests: KeyLimiter,
): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.routeOptions.url?.startsWith('/v1/')) return;
    refuseKeyInUrl(request);
    const { authorization } = request.headers;
    await failures.check(request.ip, authorization);
    try {
      request.key = await authenticator.authenticate(authorization);
      request.logContext.tenantId = request.key.tenantId;
      request.logContext.keyPrefix = request.key.prefix;
      failures.succeeded(request.key.keyId, authorization);
      checkScope(request.key, request.routeOptions.config.scope);
    } catch (error) {
      if (!(error instanceof UnauthorizedException)) throw error;
      await failures.failed(request.ip, authorization);
      reply.header('www-authenticate', 'Bearer');
      throw error;
    }
    reply.headers(await requests.take(request.key));
  });
}

/** URLs end up in logs, histories and proxies: a key in one is no longer a secret. */
function refuseKeyInUrl(request: FastifyRequest): void {
  const given = KEY_PARAMETERS.find((name) => name in (request.query as object));
  if (given === undefined) return;
  throw new UnauthorizedException(
    `A key in the URL (\`?${given}=\`) is not accepted, and should be replaced now that it was in one. ` +
      `Send it in the header: \`Authorization: Bearer …\`.`,
    { errorCode: 'key_in_url' },
  );
}
