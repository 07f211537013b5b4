import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { ApiModule } from '../api.module.js';

/** The whole API, not yet listening: `main.ts` calls `listen()`, tests call `init()`. */
export async function createApi(config: Config, extraRooms: Type[] = []): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: config.values.BODY_LIMIT,
    trustProxy: config.values.TRUST_PROXY,
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config, extraRooms), adapter, {
    abortOnError: false,
  });
  app.enableShutdownHooks();
  return app;
}
