import { closeOnSignals } from '@outbell/shared/close-on-signals.js';
import { Injectable, type OnModuleDestroy, ServiceUnavailableException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a closing server looks whether its last answer is sent, in ms. */
const LOOK_MS = 20;

/** A closing server waits for the rest of a body while bytes of it come, in ms, and for no more than so long. */
const SILENCE_MS = 3_000;
const LONGEST_MS = 20_000;

/**
 * How far the process is on its way out. Leaving: it still answers, but says that it is not ready, so that load
 * balancers send it no more. Closing: it answers what it has taken.
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

/** Leaves when the process is told to end, closes after `delayMs`, and is closed when the last answer is sent. */
export function leaveOnSignals(app: NestFastifyApplication, drain: Drain, delayMs: number): void {
  const closed = closeOnSignals(async () => {
    drain.leave();
    await wait(delayMs);
    await app.close();
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', async () => closed());
}

/** Requests that are being answered. */
class Answering {
  private readonly requests = new Map<IncomingMessage, { bytesRead: number; at: number }>();

  begin(request: IncomingMessage): void {
    this.requests.set(request, { bytesRead: 0, at: 0 });
  }

  end(request: IncomingMessage): void {
    this.requests.delete(request);
  }

  /** Tells whether one may still be answered: it has come whole, or still comes. */
  isWorthWaiting(closingAt: number): boolean {
    const now = performance.now();
    return [...this.requests].some(([request, received]) => isComing(request, received, now, closingAt));
  }
}

function isComing(
  { complete, socket }: IncomingMessage,
  received: { bytesRead: number; at: number },
  now: number,
  closingAt: number,
): boolean {
  if (complete) return true;
  if (socket.bytesRead !== received.bytesRead) Object.assign(received, { bytesRead: socket.bytesRead, at: now });
  return now - received.at < SILENCE_MS && now - closingAt < LONGEST_MS;
}

/**
 * Lets a closing server end as soon as its last answer is sent. Requests that come meanwhile are refused. Closing idle
 * connections is not enough: one that has never asked anything does not count as idle, and would hold the server until
 * its client hangs up; so would one whose body does not come.
 */
export function closeAfterLastAnswer(fastify: FastifyInstance, drain: Drain): void {
  const answering = new Answering();
  fastify.addHook('onRequest', async ({ raw }, reply) => {
    answering.begin(raw);
    reply.raw.once('close', () => answering.end(raw));
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
    const closingAt = performance.now();
    const look = setInterval(() => {
      if (!answering.isWorthWaiting(closingAt)) fastify.server.closeAllConnections();
    }, LOOK_MS);
    fastify.server.once('close', () => clearInterval(look));
    done();
  });
}
