import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { JsonLogger } from '@outbell/shared/logging/json-logger.js';
import type { FastifyInstance } from 'fastify';
import { acceptLocalRequestsOnly } from './http/local-requests.js';
import { listenError, LOOPBACK } from './http/loopback.js';
import { ProblemFilter } from './http/problem.filter.js';
import { SandboxModule } from './sandbox.module.js';
import { SmtpListener } from './vendors/smtp/smtp-listener.service.js';

/** Largest request taken, in bytes: a mail with attachments, as SES takes it. */
const MAX_BODY_BYTES = 40 * 1024 * 1024;

export interface RunningSandbox {
  /** Base of the inbox page and of the JSON API */
  url: string;
  smtpPort: number;
  close(): Promise<void>;
}

/**
 * Starts the whole sandbox, on loopback.
 *
 * @throws {Error} in production, or when a port is taken
 */
export async function startSandbox(config: Config): Promise<RunningSandbox> {
  if (config.production) {
    throw new Error('The sandbox refuses to start with NODE_ENV=production: it takes messages and delivers none.');
  }
  const app = await createApp(config);
  try {
    await app.init();
    await listen(app, config.values.SANDBOX_PORT);
    const { port: smtpPort } = app.get(SmtpListener);
    const url = await app.getUrl();
    new Logger('Sandbox').log('ready', { url, smtpPort });
    return { url, smtpPort, close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, port: number): Promise<void> {
  try {
    await app.listen(port, LOOPBACK);
  } catch (error) {
    throw listenError('SANDBOX_PORT', port, error);
  }
}

async function createApp(config: Config): Promise<NestFastifyApplication> {
  // An open inbox page listens for news for ever: it must not hold up the end.
  const adapter = new FastifyAdapter({
    forceCloseConnections: true,
    bodyLimit: MAX_BODY_BYTES,
    // Some SDKs end their paths with one.
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(SandboxModule.forRoot(config), adapter, {
    logger: new JsonLogger('sandbox', config.values.LOG_LEVEL),
    abortOnError: false,
    rawBody: true,
  });
  acceptLocalRequestsOnly(adapter.getInstance<FastifyInstance>());
  // What a push service is sent.
  app.useBodyParser('application/octet-stream');
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  return app;
}
