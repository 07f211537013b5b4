import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NoticeRepository } from '@outbell/persistence/repositories/notice.repository.js';
import { PROVIDERS, type ProviderRegistry } from '@outbell/providers/registry.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { JsonLogger } from '@outbell/shared/logging/json-logger.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { FastifyInstance } from 'fastify';
import { ApiModule } from '../api.module.js';
import { authenticateRequests } from '../auth/authenticate-requests.js';
import { Authenticator } from '../auth/authenticator.service.js';
import { KeyFailures } from '../auth/key-failures.service.js';
import { KeyLimiter } from '../auth/key-limiter.service.js';
import { noticeProxies } from '../auth/notice-proxies.js';
import { checkUrls } from './check-url.js';
import { serveDocs } from './docs/docs.js';
import { closeAfterLastAnswer, Drain, leaveOnSignals } from './drain.js';
import { readJsonBodies } from './json-body.js';
import { KnownRoutes } from './known-routes.js';
import { readListBodies } from './lists/list-body.js';
import { ProblemFilter } from './problem.filter.js';
import { keepRequestContext, requestId } from './request-context.js';
import { logRequests, measureRequests } from './request-log.js';
import { answerUnreadable, answerUnroutable } from './unroutable.js';
import { DtoValidationPipe } from './validation.pipe.js';

/** A request that has not arrived whole by then is given up, in ms: slow senders must not hold sockets for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Room for the token of an unsubscribe link. */
const MAX_PARAM_LENGTH = 500;

/**
 * The whole API, not yet listening: `main.ts` calls `listen()`, tests call `init()`.
 *
 * @param extraRooms modules beside the API's own (tests)
 * @param providers the vendors whose callbacks it reads
 */
export async function createApi(
  config: Config,
  extraRooms: Type[] = [],
  providers: ProviderRegistry = PROVIDERS,
): Promise<NestFastifyApplication> {
  const module = ApiModule.forRoot(config, extraRooms, providers);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter(config), {
    logger: new JsonLogger('api', config.values.LOG_LEVEL),
    abortOnError: false,
    bodyParser: false,
    routeConflictPolicy: { duplicate: 'error' },
  });
  const fastify = app.getHttpAdapter().getInstance();
  const routes = new KnownRoutes(fastify);
  prepareRequests(app, fastify);
  // Behind no TLS proxy, asking browsers to upgrade would break the docs and the unsubscribe page.
  app.useSecurityHeaders({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } });
  app.useGlobalPipes(new DtoValidationPipe());
  app.useGlobalFilters(new ProblemFilter(routes, config.values.PUBLIC_URL));
  leaveOnSignals(app, app.get(Drain), config.values.SHUTDOWN_DELAY_MS);
  if (config.docs) serveDocs(app, config.values.PUBLIC_URL);
  return app;
}

function adapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: config.values.BODY_LIMIT,
    // The one proxy in front: what stands further left in X-Forwarded-For was written by whoever called it.
    trustProxy: config.values.TRUST_PROXY && ((_address: string, hop: number) => hop === 0),
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Drain refuses them, as a problem.
    return503OnClosing: false,
    genReqId: requestId,
    requestIdHeader: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: answerUnroutable(config.values.PUBLIC_URL),
    clientErrorHandler: answerUnreadable(config.values.PUBLIC_URL),
  });
}

/** Prepares every request before its handler, in this order. */
function prepareRequests(app: NestFastifyApplication, fastify: FastifyInstance): void {
  logRequests(fastify, measureRequests(app.get(Metrics)));
  keepRequestContext(fastify);
  closeAfterLastAnswer(fastify, app.get(Drain));
  if (!app.get(Config).values.TRUST_PROXY) noticeProxies(fastify, app.get(NoticeRepository));
  checkUrls(fastify);
  authenticateRequests(fastify, app.get(Authenticator), app.get(KeyFailures), app.get(KeyLimiter));
  readJsonBodies(fastify);
  readListBodies(fastify);
}
