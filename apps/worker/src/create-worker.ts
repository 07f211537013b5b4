import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PROVIDERS, type ProviderRegistry } from '@outbell/providers/registry.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { closeOnSignals } from '@outbell/shared/close-on-signals.js';
import { JsonLogger } from '@outbell/shared/logging/json-logger.js';
import { EventServer } from '@outbell/transport/event-server.js';
import { WorkerModule } from './worker.module.js';

/**
 * Makes the whole worker, not yet at work: HTTP for probes and figures, and handlers for what the broker brings.
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
  app.connectMicroservice({ strategy: app.get(EventServer) });
  const closed = closeOnSignals(() => app.close());
  http.getInstance().addHook('onClose', async () => closed());
  return app;
}

/** Starts a worker: its rooms first, then what it takes from the broker, then its probes. */
export async function startWorker(worker: NestFastifyApplication, port: number, host: string): Promise<void> {
  await worker.init();
  await worker.startAllMicroservices();
  await worker.listen(port, host);
}
