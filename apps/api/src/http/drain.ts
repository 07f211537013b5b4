import { Injectable, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a closing server looks whether its last answer is sent, in ms. */
const LOOK_MS = 20;

/**
 * How far the process is on its way out. Leaving: it still answers, but says that it is not ready, so that load balancers send it no more.
 * Closing: it answers what it has taken.
 */
@Injectable()
export class Drain implements OnModuleDestroy {
  private state: 'serving' | 'leaving' | 'closing' = 'serving';

  get isLeaving(): boolean {
    return this.state !== 'serving';
  }

  get isClosing(): boolean {
    return this.state === 'closing';
  }

  leave(): void {
    if (this.state === 'serving') this.state = 'leaving';
  }

  onModuleDestroy(): void {
    this.state = 'closing';
  }
}

/**
 * Ends the process when it is told to: it leaves, closes after `delayMs`, and exits when the last answer is sent. Whoever sends the signal
 * decides how long that may take (`exitAfter`).
 */
export function closeOnSignals(app: NestFastifyApplication, drain: Drain, delayMs: number): void {
  const close = async () => {
    drain.leave();
    await wait(delayMs);
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close());
}

/**
 * Lets a closing server end as soon as its last answer is sent. Requests that come meanwhile are refused. Closing idle connections is not
 * enough: one that has never asked anything does not count as idle, and would hold the server until its client hangs up.
 */
export function closeAfterLastAnswer(fastify: FastifyInstance, drain: Drain): void {
  let answering = 0;
  fastify.addHook('onRequest', async (_request, reply) => {
    answering += 1;
    reply.raw.once('close', () => (answering -= 1));
    if (!drain.isClosing) return;
    reply.header('connection', 'close');
    throw new ServiceUnavailableException('This process is ending. Send the request again: another one takes it.', {
      errorCode: 'service_ending',
    });
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.isClosing) reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addHook('preClose', (done) => {
    const look = setInterval(() => {
      if (answering === 0) fastify.server.closeAllConnections();
    }, LOOK_MS);
    fastify.server.once('close', () => clearInterval(look));
    done();
  });
}
