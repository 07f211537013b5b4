import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PROVIDERS, type ProviderRegistry } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { JsonLogger } from '@outbell/shared/logging/json-logger.js';
import { WorkerModule } from './worker.module.js';

/**
 * The whole worker, not yet listening: HTTP for probes and figures, processors for the wake-ups. `listen()` starts
 * both.
 *
 * @param providers the vendors it speaks to
 */
export async function createWorker(
  config: Config,
  providers: ProviderRegistry = PROVIDERS,
): Promise<NestFastifyApplication> {
  // Only probes and scrapes come here: none of them is worth waiting for at the end.
  const http = new FastifyAdapter({ forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(WorkerModule.forRoot(config, providers), http, {
    logger: new JsonLogger('worker', config.values.LOG_LEVEL),
    abortOnError: false,
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  return app;
}
