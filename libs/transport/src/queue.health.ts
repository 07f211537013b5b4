import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { inTime } from './in-time.js';
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
      await inTime(this.transport.ping(), PING_TIMEOUT_MS);
      return indicator.up();
    } catch (error) {
      return indicator.down(error instanceof Error ? error.message : String(error));
    }
  }
}
