import { UnauthorizedException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from './authenticator.service.js';
import { type FailureLimiter, TooManyFailures } from './failure-limiter.service.js';
import { type KeyLimiter, TooManyRequests } from './key-limiter.service.js';

const KEY_PARAMETERS = ['api_key', 'apikey', 'key', 'token', 'access_token'];

/**
 * Every route under /v1 needs a key, asked for before its body is read: nobody without one makes us parse ten megabytes. What the key
 * may do is decided later, by the ScopeGuard of the handler.
 */
export function authenticateRequests(
  fastify: FastifyInstance,
  authenticator: Authenticator,
  limiter: FailureLimiter,
  requests: KeyLimiter,
): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!request.routeOptions.url?.startsWith('/v1/')) return;
    refuseKeyInUrl(request);
    const credential = request.headers.authorization ?? '';
    await limiter.check(request.ip, credential).catch((error: unknown) => throwWithRetryAfter(error, reply));
    try {
      request.key = await authenticator.authenticate(request.headers.authorization);
      request.logContext.tenantId = request.key.tenantId;
      limiter.succeeded(request.key.keyId, credential);
    } catch (error) {
      if (!(error instanceof UnauthorizedException)) throw error;
      await limiter.failed(request.ip, credential);
      reply.header('www-authenticate', 'Bearer');
      throw error;
    }
    reply.headers(await requests.take(request.key).catch((error: unknown) => throwWithRetryAfter(error, reply)));
  });
}

/** URLs end up in logs, histories and proxies: a key in one is no longer a secret. */
function refuseKeyInUrl(request: FastifyRequest): void {
  const given = KEY_PARAMETERS.find((name) => name in (request.query as object));
  if (given === undefined) return;
  throw new UnauthorizedException(
    `A key in the URL (\`?${given}=\`) is not accepted, and should be replaced now that it was in one. Send it in the header: \`Authorization: Bearer …\`.`,
    { errorCode: 'key_in_url' },
  );
}

function throwWithRetryAfter(error: unknown, reply: FastifyReply): never {
  if (error instanceof TooManyFailures) reply.header('retry-after', error.retryAfterSeconds);
  if (error instanceof TooManyRequests) reply.headers(error.headers);
  throw error;
}
