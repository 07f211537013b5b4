import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { Transport } from './transport.js';

/** Longer than a busy server, shorter than a probe's patience. In ms. */
const PING_TIMEOUT_MS = 2_000;

/** Whether the queue answers. */
@Injectable()
export class QueueHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly transport: Transport,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('queue');
    try {
      await Promise.race([this.transport.ping(), timeout()]);
      return indicator.up();
    } catch (error) {
      return indicator.down(error instanceof Error ? error.message : String(error));
    }
  }
}

function timeout(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${PING_TIMEOUT_MS} ms`)), PING_TIMEOUT_MS).unref();
  });
}
