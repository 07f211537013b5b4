import { Injectable, Logger } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { inTime } from '@outbell/shared/in-time.js';
import { Transport } from './transport.js';

/** Longer than a busy server, shorter than a probe's patience. In ms. */
const PING_TIMEOUT_MS = 2_000;

/** Tells whether the queue answers. Anybody may ask: addresses and the client's words are for the log. */
@Injectable()
export class QueueHealth {
  private readonly logger = new Logger(QueueHealth.name);
  private told: 'up' | 'down' = 'up';

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly transport: Transport,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('queue');
    try {
      await inTime(this.transport.ping(), PING_TIMEOUT_MS);
      this.tell('up');
      return indicator.up();
    } catch (error) {
      this.tell('down', error);
      return indicator.down('cannot be reached');
    }
  }

  /** Once for each change: probes ask every few seconds. */
  private tell(state: 'up' | 'down', cause?: unknown): void {
    if (state === 'down' && this.told === 'up') this.logger.warn('the queue cannot be reached', cause);
    this.told = state;
  }
}
